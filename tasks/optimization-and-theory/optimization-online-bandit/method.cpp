// UCB1. Auer, Cesa-Bianchi & Fischer, "Finite-time analysis of the multiarmed bandit problem", Machine
// Learning 47, 2002.
//
// Plays every arm once, then the arm with the largest mean + sqrt(2 ln t / n). No constants to choose.
// Ignores contexts.
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

class Ucb1 final : public Policy {
 public:
  explicit Ucb1(const Info& info) : pulls_(info.arms, 0.0), sums_(info.arms, 0.0) {}

  int choose(int t, std::span<const double>) override {
    const double log_t = std::log(t);
    int best = 0;
    double best_index = -1;
    for (int a = 0; a < static_cast<int>(pulls_.size()); ++a) {
      if (pulls_[a] == 0) return a;
      const double index = sums_[a] / pulls_[a] + std::sqrt(2 * log_t / pulls_[a]);
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

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) { return std::make_unique<Ucb1>(info); }

}  // namespace mls
