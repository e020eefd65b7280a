// IMED (indexed minimum empirical divergence). Honda & Takemura, "Non-asymptotic analysis of a new bandit
// algorithm for semi-bounded rewards", JMLR 16, 2015.
//
// Plays every arm once, then the arm with the smallest n kl(mean, best mean) + ln n; for Bernoulli rewards
// the paper's D_inf is the Bernoulli divergence. No constants to choose. Ignores contexts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

class Imed final : public Policy {
 public:
  explicit Imed(const Info& info) : pulls_(info.arms, 0.0), means_(info.arms, 0.0) {}

  int choose(int, std::span<const double>) override {
    const double best_mean = *std::max_element(means_.begin(), means_.end());
    int best = 0;
    double best_index = std::numeric_limits<double>::infinity();
    for (int a = 0; a < static_cast<int>(pulls_.size()); ++a) {
      if (pulls_[a] == 0) return a;
      const double index = pulls_[a] * bandit::bernoulli_kl(means_[a], best_mean) + std::log(pulls_[a]);
      if (index < best_index) {
        best_index = index;
        best = a;
      }
    }
    return best;
  }

  void update(int arm, double reward) override {
    pulls_[arm] += 1;
    means_[arm] += (reward - means_[arm]) / pulls_[arm];
  }

 private:
  std::vector<double> pulls_;
  std::vector<double> means_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) { return std::make_unique<Imed>(info); }

}  // namespace mls
