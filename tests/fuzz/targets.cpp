#include "tests/fuzz/targets.hpp"

#include <array>

namespace mls::fuzz {

void read_message(std::string_view bytes);
void read_channel(std::string_view bytes);
void read_task_toml(std::string_view bytes);
void read_packs_registry(std::string_view bytes);
void read_submission(std::string_view bytes);
void read_calibration(std::string_view bytes);
void read_events(std::string_view bytes);
void read_result(std::string_view bytes);
void read_evaluation(std::string_view bytes);
void read_workspace(std::string_view bytes);
void read_rdata(std::string_view bytes);
void read_rdata_lazy(std::string_view bytes);
void read_idx(std::string_view bytes);
void read_csv(std::string_view bytes);
void read_trial(std::string_view bytes);
void read_literals(std::string_view bytes);
void read_mcp(std::string_view bytes);
void read_model_stream(std::string_view bytes);

namespace {

constexpr std::array all{
    Target{"message", &read_message},
    Target{"channel", &read_channel},
    Target{"task_toml", &read_task_toml},
    Target{"packs_registry", &read_packs_registry},
    Target{"submission", &read_submission},
    Target{"calibration", &read_calibration},
    Target{"events", &read_events},
    Target{"result", &read_result},
    Target{"evaluation", &read_evaluation},
    Target{"workspace", &read_workspace},
    Target{"rdata", &read_rdata},
    Target{"rdata_lazy", &read_rdata_lazy},
    Target{"idx", &read_idx},
    Target{"csv", &read_csv},
    Target{"trial", &read_trial},
    Target{"literals", &read_literals},
    Target{"mcp", &read_mcp},
    Target{"model_stream", &read_model_stream},
};

}  // namespace

std::span<const Target> targets() { return all; }

const Target* find_target(std::string_view name) {
  for (const Target& target : all) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

}  // namespace mls::fuzz
