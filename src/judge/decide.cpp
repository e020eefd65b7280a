#include "judge/decide.hpp"

#include <string>

namespace mls::judge {
namespace {

void check(std::span<const std::int32_t> choice, std::int32_t options, std::int64_t situation) {
  for (std::size_t i = 0; i < choice.size(); ++i) {
    if (choice[i] >= 0 && choice[i] < options) continue;
    throw invalid_output("situation " + std::to_string(situation) + ", choice " + std::to_string(i) + ": " +
                         std::to_string(choice[i]) + " is not in 0 ... " + std::to_string(options - 1));
  }
}

}  // namespace

void decide(HostLink& host, Decisions& decisions) {
  Message message("situation");
  for (std::int64_t situation = 0; decisions.present(message); ++situation) {
    const auto choice = host.ask(message, "decision").values<std::int32_t>("choice", {decisions.count()});
    check(choice, decisions.options(), situation);
    decisions.apply(choice);
    message.reset("situation");
  }
  (void)host.ask(Message("end"), "ended");
}

}  // namespace mls::judge
