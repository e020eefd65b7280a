// Maillard sampling. Bian & Jun, "Maillard sampling: Boltzmann exploration done optimally", AISTATS 2022.
//
// Plays every arm once, then arm a with probability proportional to exp(-n_a (best mean - mean_a)^2 / (2
// sigma^2)). sigma^2 = 1/4, the sub-Gaussian constant of rewards in [0, 1]. Ignores contexts.
#include <algorithm>
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double variance = 0.25;

class MaillardSampling final : public Policy {
 public:
  MaillardSampling(const Info& info, Rng& rng)
      : rng_(rng),
        pulls_(info.arms, 0.0),
        sums_(info.arms, 0.0),
        means_(info.arms, 0.0),
        weights_(info.arms, 0.0) {}

  int choose(int t, std::span<const double>) override {
    const int arms = static_cast<int>(pulls_.size());
    if (t <= arms) return t - 1;
    for (int a = 0; a < arms; ++a) means_[a] = sums_[a] / pulls_[a];
    const double best_mean = *std::max_element(means_.begin(), means_.end());
    double total = 0;
    for (int a = 0; a < arms; ++a) {
      const double gap = best_mean - means_[a];
      weights_[a] = std::exp(-pulls_[a] * gap * gap / (2 * variance));
      total += weights_[a];
    }
    double left = rng_.uniform() * total;
    for (int a = 0; a < arms - 1; ++a) {
      if (left < weights_[a]) return a;
      left -= weights_[a];
    }
    return arms - 1;
  }

  void update(int arm, double reward) override {
    pulls_[arm] += 1;
    sums_[arm] += reward;
  }

 private:
  Rng& rng_;
  std::vector<double> pulls_;
  std::vector<double> sums_;
  std::vector<double> means_;
  std::vector<double> weights_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng& rng) {
  return std::make_unique<MaillardSampling>(info, rng);
}

}  // namespace mls
