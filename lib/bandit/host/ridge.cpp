#include "lib/bandit/host/ridge.hpp"

#include <cstddef>

namespace mls::bandit {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Ridge::Ridge(int dim, double lambda)
    : inverse_(static_cast<std::size_t>(dim) * static_cast<std::size_t>(dim), 0.0),
      theta_(static_cast<std::size_t>(dim), 0.0),
      direction_(static_cast<std::size_t>(dim), 0.0) {
  for (std::size_t i = 0; i < theta_.size(); ++i) inverse_[i * theta_.size() + i] = 1 / lambda;
}

std::span<const double> Ridge::row(std::size_t i) const {
  return std::span(inverse_).subspan(i * theta_.size(), theta_.size());
}

void Ridge::update(std::span<const double> x, double y) {
  const std::size_t dim = theta_.size();
  for (std::size_t i = 0; i < dim; ++i) direction_[i] = dot(row(i), x);
  const double gain = 1 / (1 + dot(direction_, x));
  const double surprise = gain * (y - dot(theta_, x));
  for (std::size_t i = 0; i < dim; ++i) {
    theta_[i] += surprise * direction_[i];
    const double scaled = gain * direction_[i];
    for (std::size_t j = 0; j < dim; ++j) inverse_[i * dim + j] -= scaled * direction_[j];
  }
}

double Ridge::predict(std::span<const double> x) const { return dot(theta_, x); }

double Ridge::variance(std::span<const double> x) const {
  double sum = 0;
  for (std::size_t i = 0; i < theta_.size(); ++i) sum += x[i] * dot(row(i), x);
  return sum;
}

}  // namespace mls::bandit
