// KL-UCB. Garivier & Cappe, "The KL-UCB algorithm for bounded stochastic bandits and beyond", COLT 2011.
//
// Plays every arm once, then the arm with the largest q such that n kl(mean, q) <= ln t + c ln ln t, kl being
// the Bernoulli divergence. c = 1 (the paper proves c = 3 and runs c = 0). Ignores contexts.
#include <algorithm>
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double c = 1;

class KlUcb final : public Policy {
 public:
  explicit KlUcb(const Info& info) : pulls_(info.arms, 0.0), sums_(info.arms, 0.0) {}

  int choose(int t, std::span<const double>) override {
    const double log_t = std::log(t);
    const double budget = log_t + c * std::log(std::max(log_t, 1.0));
    int best = 0;
    double best_index = -1;
    for (int a = 0; a < static_cast<int>(pulls_.size()); ++a) {
      if (pulls_[a] == 0) return a;
      const double index = bandit::bernoulli_kl_upper(sums_[a] / pulls_[a], budget / pulls_[a]);
      if (index > best_index) {
        best_index = index;
        best = a;
      }
    }
    return best;
  }

  void update(int arm, double reward) override {
    pulls_[arm] += 1;
    sums_[arm] += reward;
  }

 private:
  std::vector<double> pulls_;
  std::vector<double> sums_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) { return std::make_unique<KlUcb>(info); }

}  // namespace mls
