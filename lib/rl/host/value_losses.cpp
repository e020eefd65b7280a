#include "lib/rl/host/value_losses.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mls::rl {

int best(const ConstColumn& values) {
  Eigen::Index at = 0;
  values.maxCoeff(&at);
  return static_cast<int>(at);
}

void softmax(const ConstColumn& z, Column out) {
  out = (z.array() - z.maxCoeff()).exp().matrix();
  out /= out.sum();
}

float soft_maximum(const ConstColumn& values, float temperature) {
  const float top = values.maxCoeff();
  return top + temperature * std::log(((values.array() - top) / temperature).exp().sum());
}

void project(const Support& support, const ConstColumn& probabilities, float reward, float discount,
             Column out) {
  out.setZero();
  const float width = support.width();
  for (int j = 0; j < support.atoms; ++j) {
    const float point = support.low + static_cast<float>(j) * width;
    const float value = std::clamp(reward + discount * point, support.low, support.high);
    const float position = std::min((value - support.low) / width, static_cast<float>(support.atoms - 1));
    const int below = std::min(static_cast<int>(position), support.atoms - 2);
    const float above_share = position - static_cast<float>(below);
    out[below] += probabilities[j] * (1 - above_share);
    out[below + 1] += probabilities[j] * above_share;
  }
}

void gaussian_histogram(const Support& support, float mean, float deviation, Column out) {
  const float width = support.width();
  const float centre = std::clamp(mean, support.low, support.high);
  const auto distribution = [&](float x) {
    return 0.5F * (1 + std::erf((x - centre) / (deviation * std::numbers::sqrt2_v<float>)));
  };
  float left = distribution(support.low - width / 2);
  for (int i = 0; i < support.atoms; ++i) {
    const float right = distribution(support.low + (static_cast<float>(i) + 0.5F) * width);
    out[i] = right - left;
    left = right;
  }
  out /= out.sum();
}

void quantile_huber_gradient(const ConstColumn& quantiles, const ConstColumn& targets, float kappa,
                             Column out) {
  const auto n = static_cast<float>(quantiles.size());
  const auto m = static_cast<float>(targets.size());
  for (Eigen::Index i = 0; i < quantiles.size(); ++i) {
    const float level = (static_cast<float>(i) + 0.5F) / n;
    const auto u = targets.array() - quantiles[i];
    const float above = u.cwiseMax(0.0F).cwiseMin(kappa).sum();
    const float below = u.cwiseMax(-kappa).cwiseMin(0.0F).sum();
    out[i] = -(level * above + (1 - level) * below) / (kappa * m);
  }
}

}  // namespace mls::rl
