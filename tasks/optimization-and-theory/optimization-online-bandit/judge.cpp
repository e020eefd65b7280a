// Plays independent bandits against the host's policies in lock-step and adds up their pseudo-regret.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "judge/rollout.hpp"
#include "judge/task.hpp"
#include "lib/bandit/judge/environment.hpp"

namespace mls {
namespace {

constexpr int replications = 32;

struct Setting {
  int arms;
  int context_dim;
  int horizon;
};

Setting setting_of(const judge::Params& params) {
  return {.arms = static_cast<int>(params.integer("arms")),
          .context_dim = static_cast<int>(params.integer("context_dim")),
          .horizon = static_cast<int>(params.integer("horizon"))};
}

/// Log-uniform between the parameters `name`_least and `name`_most; 0 when both are 0.
double drawn(const judge::Params& params, const std::string& name, Rng& rng) {
  const double least = params.real(name + "_least");
  const double most = params.real(name + "_most");
  const double at = rng.uniform();
  return least == most ? least : least * std::pow(most / least, at);
}

/// The scale of the means and the rate of changes differ from bandit to bandit, so that a policy has to find
/// them out within its own: neither its source nor its neighbours know them.
std::unique_ptr<bandit::Environment> make_environment(const judge::Params& params, bandit::Streams streams) {
  const Setting setting = setting_of(params);
  if (setting.context_dim > 0) {
    return std::make_unique<bandit::LinearArms>(
        bandit::LinearSpec{.arms = setting.arms, .dim = setting.context_dim, .slope = params.real("slope")},
        streams);
  }
  Rng regime = streams.arms.split(0);
  const double scale = drawn(params, "scale", regime);
  const double changes = drawn(params, "changes", regime);
  return std::make_unique<bandit::DriftingArms>(
      bandit::DriftSpec{.arms = setting.arms,
                        .horizon = setting.horizon,
                        .low = 0,
                        .high = scale,
                        .changes = changes,
                        .changed = static_cast<int>(params.integer("changed_arms"))},
      streams);
}

/// Every replication is its own draw of means, change points, contexts and rewards: what is learnt about one
/// bandit says nothing about another, beyond the distribution that regimes come from. The streams have
/// separate keys, so that contexts, which the host sees, say nothing about the others.
std::vector<std::unique_ptr<bandit::Environment>> make_environments(const judge::Run& run) {
  const Rng arms = run.draws.rng("arms");
  const Rng contexts = run.draws.rng("contexts");
  const Rng rewards = run.draws.rng("rewards");
  std::vector<std::unique_ptr<bandit::Environment>> environments;
  environments.reserve(replications);
  for (std::uint64_t r = 0; r < replications; ++r) {
    environments.push_back(
        make_environment(run.params, {arms.split(r), contexts.split(r), rewards.split(r)()}));
  }
  return environments;
}

class Bandits final : public judge::Environments {
 public:
  explicit Bandits(const judge::Run& run)
      : setting_(setting_of(run.params)), environments_(make_environments(run)) {}

  [[nodiscard]] int count() const override { return replications; }
  [[nodiscard]] int observation_size() const override { return setting_.context_dim; }
  [[nodiscard]] int action_count() const override { return setting_.arms; }

  void observe(std::span<double> contexts) override {
    auto out = contexts.begin();
    for (const auto& environment : environments_) {
      environment->advance();
      out = std::copy(environment->context().begin(), environment->context().end(), out);
    }
  }

  void step(std::span<const std::int32_t> arms, std::span<double> rewards, std::span<std::uint8_t>) override {
    for (std::size_t r = 0; r < environments_.size(); ++r) {
      regret_ += environments_[r]->gap(arms[r]);
      rewards[r] = environments_[r]->reward(arms[r]);
    }
  }

  [[nodiscard]] double mean_regret() const { return regret_ / replications; }

 private:
  Setting setting_;
  std::vector<std::unique_ptr<bandit::Environment>> environments_;
  double regret_ = 0;
};

judge::Metrics run(judge::Run& run) {
  const Setting setting = setting_of(run.params);
  Message start("start");
  start.set("arms", setting.arms).set("context_dim", setting.context_dim).set("horizon", setting.horizon);
  start.set("replications", replications);
  start.set("rng_seed", static_cast<std::int64_t>(run.draws.rng("method")() >> 1));
  run.host.send(start);

  Bandits bandits(run);
  judge::rollout(run.host, bandits, setting.horizon);
  return {{"regret", bandits.mean_regret()}};
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
