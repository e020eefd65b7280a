// Double DQN. van Hasselt, Guez & Silver, "Deep reinforcement learning with double Q-learning", AAAI 2016.
//
// The online network chooses the next action, the target network says what it is worth. Squared error.
#include "surface.hpp"

namespace mls {
namespace {

class DoubleDqn final : public ValueRule {
 public:
  explicit DoubleDqn(const Info& info) : actions_(info.actions) {}

  [[nodiscard]] Head head() const override { return {.outputs = actions_, .online_next = true}; }

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

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<DoubleDqn>(info); }

}  // namespace mls
