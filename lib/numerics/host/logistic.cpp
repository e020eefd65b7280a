#include "lib/numerics/host/logistic.hpp"

#include <algorithm>
#include <cmath>

#include "lib/numerics/host/minimise.hpp"

namespace mls::numerics {
namespace {

/// log(1 + exp(z)).
double softplus(double z) { return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))); }

}  // namespace

Logistic fit_logistic(std::span<const double> features, int count, std::span<const double> target) {
  const std::size_t rows = target.size();
  const auto width = static_cast<std::size_t>(count);
  const Objective mean_loss = [&](std::span<const double> w, std::span<double> gradient) {
    std::ranges::fill(gradient, 0.0);
    double loss = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      double z = w[width];
      for (std::size_t j = 0; j < width; ++j) z += w[j] * features[i * width + j];
      loss += softplus(z) - target[i] * z;
      const double slope = 1 / (1 + std::exp(-z)) - target[i];
      for (std::size_t j = 0; j < width; ++j) gradient[j] += slope * features[i * width + j];
      gradient[width] += slope;
    }
    for (double& g : gradient) g /= static_cast<double>(rows);
    return loss / static_cast<double>(rows);
  };
  std::vector<double> w = minimise_lbfgs(mean_loss, std::vector<double>(width + 1)).x;
  const double intercept = w.back();
  w.pop_back();
  return {std::move(w), intercept};
}

}  // namespace mls::numerics
