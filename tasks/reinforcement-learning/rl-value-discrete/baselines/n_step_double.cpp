// Double DQN with returns over three steps. Hessel et al., "Rainbow: combining improvements in deep
// reinforcement learning", AAAI 2018 (multi-step learning: Sutton 1988).
//
// As double DQN, but the target is the discounted sum of three rewards and the value of where they lead.
// Rewards off the present policy are not corrected for. Squared error.
#include "surface.hpp"

namespace mls {
namespace {

class NStepDouble final : public ValueRule {
 public:
  explicit NStepDouble(const Info& info) : actions_(info.actions) {}

  [[nodiscard]] Head head() const override { return {.outputs = actions_, .n_step = 3, .online_next = true}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override { out = z; }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      const int next = rl::best(batch.z_next.col(b));
      const float target = batch.reward[b] + batch.discount[b] * batch.zt_next(next, b);
      const int action = batch.action[b];
      out(action, b) = (batch.z(action, b) - target) / count;
    }
  }

 private:
  int actions_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<NStepDouble>(info); }

}  // namespace mls
