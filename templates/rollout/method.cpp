// UCB1 (Auer, Cesa-Bianchi & Fischer 2002).
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace {

class Ucb1 : public bandit::Policy {
 public:
  explicit Ucb1(int arms) : means_(arms, 0.0), plays_(arms, 0.0) {}

  int choose() override {
    int best = 0;
    double highest = -1;
    for (int arm = 0; arm < static_cast<int>(means_.size()); ++arm) {
      if (plays_[arm] == 0) return arm;
      const double index = means_[arm] + std::sqrt(2 * std::log(rounds_) / plays_[arm]);
      if (index > highest) {
        highest = index;
        best = arm;
      }
    }
    return best;
  }

  void learn(int arm, double reward) override {
    rounds_ += 1;
    plays_[arm] += 1;
    means_[arm] += (reward - means_[arm]) / plays_[arm];
  }

 private:
  double rounds_ = 0;
  std::vector<double> means_;
  std::vector<double> plays_;
};

}  // namespace

std::unique_ptr<bandit::Policy> bandit::make_policy(int arms, int, const mls::Rng&) {
  return std::make_unique<Ucb1>(arms);
}
