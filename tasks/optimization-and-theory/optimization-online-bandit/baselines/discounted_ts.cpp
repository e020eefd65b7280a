// Discounted Thompson sampling. Raj & Kalyani, "Taming non-stationary bandits: a Bayesian approach",
// arXiv:1707.09727, 2017. With contexts: linear Thompson sampling (Agrawal & Goyal 2013), not discounted.
//
// Every round all successes and failures shrink by gamma before the new reward is added; an arm's sample
// comes from Beta(1 + successes, 1 + failures). Constants: gamma = 0.998; linear: ridge lambda = 1, posterior
// scale v^2 = 0.25, the context extended by a constant 1.
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double gamma = 0.998;
constexpr double lambda = 1;
constexpr double v = 0.5;

class DiscountedThompson final : public Policy {
 public:
  DiscountedThompson(const Info& info, Rng& rng)
      : rng_(rng), successes_(info.arms, 0.0), failures_(info.arms, 0.0) {}

  int choose(int, std::span<const double>) override {
    int best = 0;
    double best_sample = -1;
    for (int a = 0; a < static_cast<int>(successes_.size()); ++a) {
      const double sample = rng_.beta(1 + successes_[a], 1 + failures_[a]);
      if (sample > best_sample) {
        best_sample = sample;
        best = a;
      }
    }
    return best;
  }

  void update(int arm, double reward) override {
    for (double& count : successes_) count *= gamma;
    for (double& count : failures_) count *= gamma;
    successes_[arm] += reward;
    failures_[arm] += 1 - reward;
  }

 private:
  Rng& rng_;
  std::vector<double> successes_;
  std::vector<double> failures_;
};

class LinearThompson final : public Policy {
 public:
  LinearThompson(const Info& info, Rng& rng)
      : rng_(rng),
        models_(info.arms, bandit::Ridge(info.context_dim + 1, lambda)),
        x_(info.context_dim + 1, 1.0) {}

  int choose(int, std::span<const double> context) override {
    std::copy(context.begin(), context.end(), x_.begin());
    int best = 0;
    double best_sample = 0;
    for (int a = 0; a < static_cast<int>(models_.size()); ++a) {
      const double sample = rng_.normal(models_[a].predict(x_), v * std::sqrt(models_[a].variance(x_)));
      if (a == 0 || sample > best_sample) {
        best_sample = sample;
        best = a;
      }
    }
    return best;
  }

  void update(int arm, double reward) override { models_[arm].update(x_, reward); }

 private:
  Rng& rng_;
  std::vector<bandit::Ridge> models_;
  std::vector<double> x_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng& rng) {
  if (info.context_dim > 0) return std::make_unique<LinearThompson>(info, rng);
  return std::make_unique<DiscountedThompson>(info, rng);
}

}  // namespace mls
