#include "judge/rollout.hpp"

#include <string>
#include <vector>

namespace mls::judge {
namespace {

void check(std::span<const std::int32_t> actions, int action_count, std::int64_t step) {
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (actions[i] >= 0 && actions[i] < action_count) continue;
    throw invalid_output("step " + std::to_string(step) + ", environment " + std::to_string(i) + ": action " +
                         std::to_string(actions[i]) + " is not in 0 ... " + std::to_string(action_count - 1));
  }
}

}  // namespace

void rollout(HostLink& host, Environments& environments, std::int64_t steps) {
  const std::int64_t count = environments.count();
  const std::int64_t size = environments.observation_size();
  std::vector<double> observations(static_cast<std::size_t>(count * size));
  std::vector<double> rewards(static_cast<std::size_t>(count));
  std::vector<std::uint8_t> done(static_cast<std::size_t>(count));
  Message message;
  for (std::int64_t step = 0; step < steps; ++step) {
    environments.observe(observations);
    message.reset("observe");
    message.add("observation", observations, {count, size}).add("reward", rewards).add("done", done);
    const auto actions = host.ask(message, "act").values<std::int32_t>("action", {count});
    check(actions, environments.action_count(), step);
    environments.step(actions, rewards, done);
  }
  message.reset("end");
  message.add("reward", rewards).add("done", done);
  (void)host.ask(message, "ended");
}

}  // namespace mls::judge
