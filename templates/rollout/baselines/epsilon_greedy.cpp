// Epsilon-greedy (Watkins 1989): a random arm in a tenth of the rounds, else the best so far.
#include <algorithm>
#include <vector>

#include "surface.hpp"

namespace {

constexpr double epsilon = 0.1;

class EpsilonGreedy : public bandit::Policy {
 public:
  EpsilonGreedy(int arms, const mls::Rng& rng) : rng_(rng), means_(arms, 1.0), plays_(arms, 0.0) {}

  int choose() override {
    if (rng_.bernoulli(epsilon)) return static_cast<int>(rng_.below(means_.size()));
    return static_cast<int>(std::max_element(means_.begin(), means_.end()) - means_.begin());
  }

  void learn(int arm, double reward) override {
    plays_[arm] += 1;
    means_[arm] += (reward - means_[arm]) / plays_[arm];
  }

 private:
  mls::Rng rng_;
  std::vector<double> means_;  // 1 until first played
  std::vector<double> plays_;
};

}  // namespace

std::unique_ptr<bandit::Policy> bandit::make_policy(int arms, int, const mls::Rng& rng) {
  return std::make_unique<EpsilonGreedy>(arms, rng);
}
