// Categorical DQN. Bellemare, Dabney & Munos, "A distributional perspective on reinforcement learning", ICML
// 2017.
//
// A distribution over 51 returns for each action, learnt by cross-entropy from the projected distribution of
// the target network's best next action. The paper's support is +-10 for clipped rewards, found by trial;
// here it is +-V with V from the rewards of the first 1,000 updates: their mean size earned for ever, and the
// largest once.
#include <algorithm>
#include <cmath>

#include "surface.hpp"

namespace mls {
namespace {

constexpr int atoms = 51;
constexpr int measured_updates = 1000;

class C51 final : public ValueRule {
 public:
  explicit C51(const Info& info)
      : actions_(info.actions),
        horizon_(static_cast<float>(1 / (1 - info.gamma))),
        values_(actions_),
        p_(atoms),
        m_(atoms) {}

  [[nodiscard]] Head head() const override { return {.outputs = atoms * actions_}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override {
    const Eigen::VectorXf points = support_.points();
    Eigen::VectorXf p(atoms);
    for (Eigen::Index b = 0; b < z.cols(); ++b) {
      for (int a = 0; a < actions_; ++a) {
        rl::softmax(z.col(b).segment(a * atoms, atoms), p);
        out(a, b) = p.dot(points);
      }
    }
  }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    if (updates_ < measured_updates) measure(batch.reward);
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    const Eigen::VectorXf points = support_.points();
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      for (int a = 0; a < actions_; ++a) {
        rl::softmax(batch.zt_next.col(b).segment(a * atoms, atoms), p_);
        values_[a] = p_.dot(points);
      }
      rl::softmax(batch.zt_next.col(b).segment(rl::best(values_) * atoms, atoms), p_);
      rl::project(support_, p_, batch.reward[b], batch.discount[b], m_);
      const int first = batch.action[b] * atoms;
      rl::softmax(batch.z.col(b).segment(first, atoms), p_);
      out.col(b).segment(first, atoms) = (p_ - m_) / count;
    }
  }

  [[nodiscard]] std::vector<float> state() const override { return {support_.high}; }
  void restore(std::span<const float> state) override { set_limit(state[0]); }

 private:
  void set_limit(float v) { support_ = {.low = -v, .high = v, .atoms = atoms}; }

  void measure(std::span<const float> rewards) {
    for (const float r : rewards) {
      sum_ += std::abs(r);
      largest_ = std::max(largest_, std::abs(r));
    }
    ++updates_;
    const auto seen = static_cast<double>(updates_) * static_cast<double>(rewards.size());
    set_limit(std::max(horizon_ * static_cast<float>(sum_ / seen) + largest_, 1e-3F));
  }

  int actions_;
  float horizon_;
  rl::Support support_{.low = -1, .high = 1, .atoms = atoms};
  int updates_ = 0;
  double sum_ = 0;
  float largest_ = 0;
  Eigen::VectorXf values_;
  Eigen::VectorXf p_;
  Eigen::VectorXf m_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<C51>(info); }

}  // namespace mls
