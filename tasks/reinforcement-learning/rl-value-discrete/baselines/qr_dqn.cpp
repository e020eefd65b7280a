// Quantile regression DQN. Dabney, Rowland, Bellemare & Munos, "Distributional reinforcement learning with
// quantile regression", AAAI 2018.
//
// 50 quantiles of the return for each action (the paper: 200), learnt by quantile regression with Huber's
// loss, kappa = 1, from the quantiles of the target network's best next action.
#include "surface.hpp"

namespace mls {
namespace {

constexpr int quantiles = 50;
constexpr float kappa = 1;

class QrDqn final : public ValueRule {
 public:
  explicit QrDqn(const Info& info) : actions_(info.actions), means_(info.actions), targets_(quantiles) {}

  [[nodiscard]] Head head() const override { return {.outputs = quantiles * actions_}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override {
    for (Eigen::Index b = 0; b < z.cols(); ++b) {
      for (int a = 0; a < actions_; ++a) out(a, b) = z.col(b).segment(a * quantiles, quantiles).mean();
    }
  }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      for (int a = 0; a < actions_; ++a)
        means_[a] = batch.zt_next.col(b).segment(a * quantiles, quantiles).mean();
      targets_ = batch.discount[b] * batch.zt_next.col(b).segment(rl::best(means_) * quantiles, quantiles);
      targets_.array() += batch.reward[b];
      const int first = batch.action[b] * quantiles;
      rl::quantile_huber_gradient(batch.z.col(b).segment(first, quantiles), targets_, kappa,
                                  out.col(b).segment(first, quantiles));
      out.col(b) /= count;
    }
  }

 private:
  int actions_;
  Eigen::VectorXf means_;
  Eigen::VectorXf targets_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<QrDqn>(info); }

}  // namespace mls
