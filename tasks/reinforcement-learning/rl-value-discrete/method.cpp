// Deep Q-network. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518, 2015.
//
// One output for each action; its target is r + discount * max over a of Q_target. Squared error, which the
// norm clip of the agent bounds (the paper clips each error at 1, in units of clipped rewards).
#include "surface.hpp"

namespace mls {
namespace {

class Dqn final : public ValueRule {
 public:
  explicit Dqn(const Info& info) : actions_(info.actions) {}

  [[nodiscard]] Head head() const override { return {.outputs = actions_}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override { out = z; }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      const float target = batch.reward[b] + batch.discount[b] * batch.zt_next.col(b).maxCoeff();
      const int action = batch.action[b];
      out(action, b) = (batch.z(action, b) - target) / count;
    }
  }

 private:
  int actions_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<Dqn>(info); }

}  // namespace mls
