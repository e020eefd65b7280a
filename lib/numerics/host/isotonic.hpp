// Least-squares monotone regression in one variable.
#pragma once

#include <span>
#include <vector>

namespace mls::numerics {

/// Non-decreasing function through the knots (x ascending, y non-decreasing), linear between them, constant
/// outside.
struct MonotoneCurve {
  std::vector<double> x;
  std::vector<double> y;
  /// Requires at least one knot.
  [[nodiscard]] double operator()(double at) const;
};

/// Pool-adjacent-violators (Ayer et al. 1955): the non-decreasing function of x closest to y in squared
/// error. Points of equal x are pooled first. Each pool contributes a knot at its smallest and its largest x.
/// Requires equal, positive lengths and finite values.
[[nodiscard]] MonotoneCurve fit_isotonic(std::span<const double> x, std::span<const double> y);

}  // namespace mls::numerics
