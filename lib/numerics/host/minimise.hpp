// Unconstrained minimisation of smooth functions and bounded search in one dimension, for fitting small
// models.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace mls::numerics {

/// Value at x; writes the gradient (same length as x) into its second argument.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct LbfgsOptions {
  int iterations = 500;
  int memory = 10;
  /// Stops when the largest gradient entry is below this.
  double gradient_tolerance = 1e-7;
  /// Stops when an iteration lowers the value by less than this fraction of max(1, |value|).
  double value_tolerance = 1e-12;
};

struct Minimum {
  std::vector<double> x;
  double value = 0;
  int iterations = 0;
};

/// Limited-memory BFGS (Nocedal 1980) with backtracking until sufficient decrease; never returns a value
/// above the start's. A trial point with a value that is not finite counts as "no decrease", so barriers may
/// return infinity.
[[nodiscard]] Minimum minimise_lbfgs(const Objective& objective, std::vector<double> start,
                                     const LbfgsOptions& options = {});

/// Golden-section search on [low, high] (Kiefer 1953) until the bracket is shorter than `tolerance`; the
/// function should have one minimum there.
[[nodiscard]] double minimise_golden(const std::function<double(double)>& function, double low, double high,
                                     double tolerance = 1e-6);

}  // namespace mls::numerics
