// Accelerated gradient method (Nesterov 1983) for functions that need not be strongly convex.
#include <cmath>

#include "surface.hpp"

std::vector<double> descent::minimise(const Problem& problem) {
  std::vector<double> x(static_cast<std::size_t>(problem.dim));
  std::vector<double> ahead = x;  // where the gradient is taken
  double t = 1;
  while (const auto gradient = problem.gradient(ahead)) {
    const double next = (1 + std::sqrt(1 + 4 * t * t)) / 2;
    const double momentum = (t - 1) / next;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double stepped = ahead[i] - (*gradient)[i] / problem.smoothness;
      ahead[i] = stepped + momentum * (stepped - x[i]);
      x[i] = stepped;
    }
    t = next;
  }
  return x;
}
