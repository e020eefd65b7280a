// Dueling network. Wang et al., "Dueling network architectures for deep reinforcement learning", ICML 2016.
//
// The outputs are a value and an advantage for each action: Q = V + A - mean A. Double target, squared error.
#include "surface.hpp"

namespace mls {
namespace {

class Dueling final : public ValueRule {
 public:
  explicit Dueling(const Info& info) : actions_(info.actions) {}

  [[nodiscard]] Head head() const override { return {.outputs = actions_ + 1, .online_next = true}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override {
    for (Eigen::Index b = 0; b < z.cols(); ++b) {
      const auto advantage = z.col(b).head(actions_);
      out.col(b) = (advantage.array() + (z(actions_, b) - advantage.mean())).matrix();
    }
  }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      const int next = rl::best(batch.z_next.col(b).head(actions_));
      const float target = batch.reward[b] + batch.discount[b] * value(batch.zt_next.col(b), next);
      const int action = batch.action[b];
      const float error = (value(batch.z.col(b), action) - target) / count;
      out.col(b).head(actions_).setConstant(-error / static_cast<float>(actions_));
      out(action, b) += error;
      out(actions_, b) = error;
    }
  }

 private:
  [[nodiscard]] float value(const rl::ConstColumn& z, int action) const {
    return z[actions_] + z[action] - z.head(actions_).mean();
  }

  int actions_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<Dueling>(info); }

}  // namespace mls
