// LinUCB with disjoint linear models. Li, Chu, Langford & Schapire, "A contextual-bandit approach to
// personalized news article recommendation", WWW 2010, algorithm 1. Without contexts: KL-UCB (Garivier &
// Cappe, COLT 2011).
//
// Plays the arm with the largest theta_a'x + alpha sqrt(x' A_a^-1 x). Constants: alpha = 1, ridge lambda = 1,
// the context extended by a constant 1 as in the paper's features; KL-UCB: ln t + c ln ln t with c = 1.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double alpha = 1;
constexpr double lambda = 1;
constexpr double c = 1;

class LinUcb final : public Policy {
 public:
  explicit LinUcb(const Info& info)
      : models_(info.arms, bandit::Ridge(info.context_dim + 1, lambda)), x_(info.context_dim + 1, 1.0) {}

  int choose(int, std::span<const double> context) override {
    std::copy(context.begin(), context.end(), x_.begin());
    int best = 0;
    double best_index = -std::numeric_limits<double>::infinity();
    for (int a = 0; a < static_cast<int>(models_.size()); ++a) {
      const double index = models_[a].predict(x_) + alpha * std::sqrt(models_[a].variance(x_));
      if (index > best_index) {
        best_index = index;
        best = a;
      }
    }
    return best;
  }

  void update(int arm, double reward) override { models_[arm].update(x_, reward); }

 private:
  std::vector<bandit::Ridge> models_;
  std::vector<double> x_;
};

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

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) {
  if (info.context_dim > 0) return std::make_unique<LinUcb>(info);
  return std::make_unique<KlUcb>(info);
}

}  // namespace mls
