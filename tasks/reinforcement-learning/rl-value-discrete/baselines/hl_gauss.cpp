// HL-Gauss. Farebrother et al., "Stop regressing: training value functions via classification for scalable
// deep RL", ICML 2024 (the loss: Imani & White 2018).
//
// As double DQN, but values are the means of distributions over 51 bins, learnt by cross-entropy from a
// Gaussian around the target whose deviation is 0.75 bins. The bins' range is found as in c51.cpp.
#include <algorithm>
#include <cmath>

#include "surface.hpp"

namespace mls {
namespace {

constexpr int bins = 51;
constexpr float smoothing = 0.75F;  // deviation in widths of a bin
constexpr int measured_updates = 1000;

class HlGauss final : public ValueRule {
 public:
  explicit HlGauss(const Info& info)
      : actions_(info.actions), horizon_(static_cast<float>(1 / (1 - info.gamma))), p_(bins), m_(bins) {}

  [[nodiscard]] Head head() const override { return {.outputs = bins * actions_, .online_next = true}; }

  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override {
    const Eigen::VectorXf points = support_.points();
    Eigen::VectorXf p(bins);
    for (Eigen::Index b = 0; b < z.cols(); ++b) {
      for (int a = 0; a < actions_; ++a) {
        rl::softmax(z.col(b).segment(a * bins, bins), p);
        out(a, b) = p.dot(points);
      }
    }
  }

  void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    if (updates_ < measured_updates) measure(batch.reward);
    out.setZero();
    const auto count = static_cast<float>(out.cols());
    const Eigen::VectorXf points = support_.points();
    Eigen::MatrixXf next(actions_, out.cols());
    q(batch.z_next, next);
    for (Eigen::Index b = 0; b < out.cols(); ++b) {
      rl::softmax(batch.zt_next.col(b).segment(rl::best(next.col(b)) * bins, bins), p_);
      const float target = batch.reward[b] + batch.discount[b] * p_.dot(points);
      rl::gaussian_histogram(support_, target, smoothing * support_.width(), m_);
      const int first = batch.action[b] * bins;
      rl::softmax(batch.z.col(b).segment(first, bins), p_);
      out.col(b).segment(first, bins) = (p_ - m_) / count;
    }
  }

  [[nodiscard]] std::vector<float> state() const override { return {support_.high}; }
  void restore(std::span<const float> state) override { set_limit(state[0]); }

 private:
  void set_limit(float v) { support_ = {.low = -v, .high = v, .atoms = bins}; }

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
  rl::Support support_{.low = -1, .high = 1, .atoms = bins};
  int updates_ = 0;
  double sum_ = 0;
  float largest_ = 0;
  Eigen::VectorXf p_;
  Eigen::VectorXf m_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<HlGauss>(info); }

}  // namespace mls
