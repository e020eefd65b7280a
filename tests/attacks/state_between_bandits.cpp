// task: optimization-online-bandit
// route: state between runs
// tries: to share what is learned about one bandit with the others, hoping that they are copies with the
// arms in one order
// expect: harmless
// honest: thompson

#include <algorithm>
#include <cmath>
#include <vector>

#include "surface.hpp"
#define make_policy honest_policy
#include "honest.cpp"
#undef make_policy

namespace {

/// Rewards of each arm over all bandits.
struct Pool {
  std::vector<double> pulls, sums;
  double mean(std::size_t arm) const { return pulls[arm] > 0 ? sums[arm] / pulls[arm] : 0; }
} pool;

class Sharing final : public mls::Policy {
 public:
  Sharing(const mls::Info& info, mls::Rng& rng) : honest_(mls::honest_policy(info, rng)) {
    pool.pulls.resize(static_cast<std::size_t>(info.arms));
    pool.sums.resize(static_cast<std::size_t>(info.arms));
  }

  int choose(int t, std::span<const double> context) override {
    const int own = honest_->choose(t, context);
    std::vector<std::size_t> order(pool.pulls.size());
    for (std::size_t arm = 0; arm < order.size(); ++arm) order[arm] = arm;
    std::partial_sort(order.begin(), order.begin() + 2, order.end(),
                      [](std::size_t a, std::size_t b) { return pool.mean(a) > pool.mean(b); });
    // Only where the pool is sure, as it would be at once if all bandits were one.
    const double margin = pool.mean(order[0]) - pool.mean(order[1]);
    const bool sure = t < 200 && pool.pulls[order[1]] > 32 && margin > 0.4;
    return sure ? static_cast<int>(order[0]) : own;
  }

  void update(int arm, double reward) override {
    honest_->update(arm, reward);
    pool.pulls[static_cast<std::size_t>(arm)] += 1;
    pool.sums[static_cast<std::size_t>(arm)] += reward;
  }

 private:
  std::unique_ptr<mls::Policy> honest_;
};

}  // namespace

std::unique_ptr<mls::Policy> mls::make_policy(const Info& info, Rng& rng) {
  return std::make_unique<Sharing>(info, rng);
}
