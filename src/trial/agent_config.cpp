#include "trial/agent_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::trial {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{256} << 10;

}  // namespace

std::string config_text(const AgentOptions& options, const std::string& agent, const std::string& what) {
  if (options.config.empty())
    throw usage_error(
        fmt::format("the agent {} needs --config FILE, which {}; see {}", agent, what, agent_guide));
  try {
    return read_file(options.config, max_file_bytes);
  } catch (const Error& error) {
    throw bad_input(fmt::format("--config: {}; name a TOML file that {}, {} shows some", error.what(), what,
                                agent_guide));
  }
}

Budget budget_of(const AgentOptions& options, std::optional<double> seconds) {
  Budget budget = tier_named(options.tier.value_or("full"));
  const double granted = seconds.value_or(default_seconds);
  budget.seconds = std::min(budget.seconds.value_or(granted), granted);
  return budget;
}

int integer_or(const task::TomlFields& fields, const char* key, int otherwise, std::int64_t least,
               std::int64_t most) {
  return fields.has(key) ? static_cast<int>(fields.integer(key, least, most)) : otherwise;
}

}  // namespace mls::trial
