// What a method implements: an optimiser that sees gradients. Read-only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace descent {

/// A convex function of `dim` variables, known by its gradients alone.
struct Problem {
  int dim = 0;
  double smoothness = 0;    ///< L: the gradient changes by at most L times the distance
  std::int64_t budget = 0;  ///< gradients that may be asked for
  /// The gradient at a point [dim]; nothing when the budget is spent.
  std::function<std::optional<std::vector<double>>(std::span<const double> x)> gradient;
};

/// Returns a point [dim] at which the function is small; finite. The origin is the customary start. Called
/// once for each function.
std::vector<double> minimise(const Problem& problem);

}  // namespace descent
