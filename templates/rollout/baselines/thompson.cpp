// Thompson sampling (Thompson 1933) with uniform priors.
#include <vector>

#include "surface.hpp"

namespace {

class Thompson : public bandit::Policy {
 public:
  Thompson(int arms, const mls::Rng& rng) : rng_(rng), wins_(arms, 1.0), losses_(arms, 1.0) {}

  int choose() override {
    int best = 0;
    double highest = -1;
    for (int arm = 0; arm < static_cast<int>(wins_.size()); ++arm) {
      const double mean = rng_.beta(wins_[arm], losses_[arm]);
      if (mean > highest) {
        highest = mean;
        best = arm;
      }
    }
    return best;
  }

  void learn(int arm, double reward) override {
    wins_[arm] += reward;
    losses_[arm] += 1 - reward;
  }

 private:
  mls::Rng rng_;
  std::vector<double> wins_;
  std::vector<double> losses_;
};

}  // namespace

std::unique_ptr<bandit::Policy> bandit::make_policy(int arms, int, const mls::Rng& rng) {
  return std::make_unique<Thompson>(arms, rng);
}
