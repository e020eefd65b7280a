// Munchausen DQN. Vieillard, Pietquin & Geist, "Munchausen reinforcement learning", NeurIPS 2020.
//
// With pi = softmax(Q_target / tau), the target is r + alpha clip(tau ln pi(a|s), l0, 0) + discount * the
// mean over pi of Q_target - tau ln pi at the next observation. tau = 0.03, alpha = 0.9, l0 = -1. Squared
// error.
#include <algorithm>

#include "surface.hpp"

namespace mls {
namespace {

constexpr float tau = 0.03F;
constexpr float alpha = 0.9F;
constexpr float lowest = -1;

class Munchausen final : public ValueRule {
 public:
  explicit Munchausen(const Info& info) : actions_(info.actions) {}

  [[nodiscard]] Head head() const override { return {.outputs = actions_, .target_now = true}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override { out = z; }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      const int action = batch.action[b];
      // tau ln pi(a|s) = Q(s, a) - tau ln sum exp(Q(s, .) / tau); the mean of Q - tau ln pi over pi is that
      // soft maximum.
      const float log_policy = batch.z_target(action, b) - rl::soft_maximum(batch.z_target.col(b), tau);
      const float bonus = alpha * std::clamp(log_policy, lowest, 0.0F);
      const float target =
          batch.reward[b] + bonus + batch.discount[b] * rl::soft_maximum(batch.zt_next.col(b), tau);
      out(action, b) = (batch.z(action, b) - target) / count;
    }
  }

 private:
  int actions_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<Munchausen>(info); }

}  // namespace mls
