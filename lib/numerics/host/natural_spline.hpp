// Least-squares natural cubic splines with few, evenly spaced knots.
#pragma once

#include <span>
#include <vector>

namespace mls::numerics {

/// Cubic between the knots, twice continuously differentiable, second derivative zero at both ends; straight
/// lines beyond.
class NaturalSpline {
 public:
  /// The spline with `knots` (>= 3) knots spread evenly over [low, high] that is closest to the points in
  /// squared error. Needs points in enough places to determine it (std::invalid_argument otherwise).
  NaturalSpline(std::span<const double> x, std::span<const double> y, double low, double high, int knots);
  [[nodiscard]] double value(double x) const;
  [[nodiscard]] double slope(double x) const;

 private:
  double low_;
  double gap_;                 // between knots
  std::vector<double> level_;  // at the knots
  std::vector<double> bend_;   // second derivative at the knots
};

}  // namespace mls::numerics
