// Owns the bandits: their means, their rewards and the regret.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "judge/rollout.hpp"

namespace {

constexpr int bandits = 32;

class Bandits : public mls::judge::Environments {
 public:
  Bandits(int arms, double most, mls::Rng means, const mls::Rng& rewards) : arms_(arms), rewards_(rewards) {
    means_.resize(std::size_t{bandits} * static_cast<std::size_t>(arms));
    for (double& mean : means_) mean = means.uniform(0, most);
  }

  [[nodiscard]] int count() const override { return bandits; }
  [[nodiscard]] int observation_size() const override { return 0; }
  [[nodiscard]] int action_count() const override { return arms_; }
  void observe(std::span<double>) override {}

  void step(std::span<const std::int32_t> actions, std::span<double> rewards,
            std::span<std::uint8_t> done) override {
    for (std::size_t i = 0; i < actions.size(); ++i) {
      const auto means =
          std::span(means_).subspan(i * static_cast<std::size_t>(arms_), static_cast<std::size_t>(arms_));
      const double mean = means[static_cast<std::size_t>(actions[i])];
      // One draw whatever is played: all methods face the same luck.
      rewards[i] = rewards_.uniform() < mean ? 1 : 0;
      done[i] = 0;
      regret_ += *std::max_element(means.begin(), means.end()) - mean;
    }
  }

  /// Of all steps so far, mean over bandits.
  [[nodiscard]] double regret() const { return regret_ / bandits; }

 private:
  int arms_;
  mls::Rng rewards_;
  std::vector<double> means_;  // [bandits, arms]
  double regret_ = 0;
};

mls::judge::Metrics run(mls::judge::Run& run) {
  const std::int64_t arms = run.params.integer("arms");
  const std::int64_t rounds = run.params.integer("rounds");
  Bandits environments(static_cast<int>(arms), run.params.real("most"), run.draws.rng("means"),
                       run.draws.rng("rewards"));
  mls::Message start("start");
  start.set("bandits", bandits).set("arms", arms).set("rounds", rounds);
  // The method's own randomness tells nothing of the judge's. A message holds signed numbers.
  start.set("seed", static_cast<std::int64_t>(run.draws.rng("method")() >> 1));
  run.host.send(start);
  mls::judge::rollout(run.host, environments, rounds);
  return {{"regret", environments.regret()}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
