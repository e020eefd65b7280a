// Host's side: one policy for each bandit, played in lock-step.
#include <memory>
#include <stdexcept>
#include <vector>

#include "host/rollout.hpp"
#include "surface.hpp"

namespace {

class Players {
 public:
  Players(int count, int arms, int rounds, const mls::Rng& rng) {
    for (int i = 0; i < count; ++i) {
      policies_.push_back(bandit::make_policy(arms, rounds, rng.split(static_cast<std::uint64_t>(i))));
      if (policies_.back() == nullptr) throw std::runtime_error("make_policy returned no policy");
    }
    played_.resize(policies_.size());
  }

  void act(const mls::host::Observation& seen, std::span<std::int32_t> arms) {
    if (seen.step > 0) learn(seen);
    for (std::size_t i = 0; i < policies_.size(); ++i) played_[i] = arms[i] = policies_[i]->choose();
  }

  void learn(const mls::host::Observation& seen) {
    for (std::size_t i = 0; i < policies_.size(); ++i) policies_[i]->learn(played_[i], seen.rewards[i]);
  }

 private:
  std::vector<std::unique_ptr<bandit::Policy>> policies_;
  std::vector<int> played_;
};

}  // namespace

void mls::host::run_method(JudgeLink& judge) {
  const Message& start = judge.expect("start");
  const auto count = static_cast<int>(start.integer("bandits"));
  const Rng rng(static_cast<std::uint64_t>(start.integer("seed")));
  Players players(count, static_cast<int>(start.integer("arms")), static_cast<int>(start.integer("rounds")),
                  rng);
  play(judge, count,
       {.act = [&](const Observation& seen, std::span<std::int32_t> arms) { players.act(seen, arms); },
        .end = [&](const Observation& last) { players.learn(last); }});
}
