// An example submission: MOSS (Audibert & Bubeck, "Minimax policies for adversarial and stochastic bandits",
// COLT 2009), and ridge regression with the same kind of bonus where there are contexts.
//
// Both play the arm with the largest estimate + sqrt(max(0, ln(T / (K n))) / n), where n counts how well the
// arm is known: its pulls, or one over the variance of its prediction at the present context.
#include <algorithm>
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double noise_variance = 0.25;  // the largest of a reward in [0, 1]

class Moss final : public Policy {
 public:
  explicit Moss(const Info& info)
      : rounds_per_arm_(static_cast<double>(info.horizon) / info.arms),
        models_(info.arms, bandit::Ridge(info.context_dim + 1, 1.0)),
        features_(info.context_dim + 1, 1.0),
        pulls_(info.arms, 0.0),
        sums_(info.arms, 0.0) {}

  int choose(int, std::span<const double> context) override {
    std::copy(context.begin(), context.end(), features_.begin());
    int best = 0;
    double best_index = -1e300;
    for (int arm = 0; arm < static_cast<int>(pulls_.size()); ++arm) {
      if (pulls_[arm] == 0) return arm;
      const double index =
          context.empty() ? sums_[arm] / pulls_[arm] + bonus(pulls_[arm])
                          : models_[arm].predict(features_) + bonus(1 / models_[arm].variance(features_));
      if (index > best_index) {
        best_index = index;
        best = arm;
      }
    }
    return best;
  }

  void update(int arm, double reward) override {
    pulls_[arm] += 1;
    sums_[arm] += reward;
    if (features_.size() > 1) models_[arm].update(features_, reward);
  }

 private:
  double bonus(double known) const {
    return std::sqrt(noise_variance * std::max(0.0, std::log(rounds_per_arm_ / known)) / known);
  }

  double rounds_per_arm_;
  std::vector<bandit::Ridge> models_;
  std::vector<double> features_;
  std::vector<double> pulls_;
  std::vector<double> sums_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) { return std::make_unique<Moss>(info); }

}  // namespace mls
