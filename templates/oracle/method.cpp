// Gradient descent with step 1/L (Cauchy 1847).
#include "surface.hpp"

std::vector<double> descent::minimise(const Problem& problem) {
  std::vector<double> x(static_cast<std::size_t>(problem.dim));
  while (const auto gradient = problem.gradient(x)) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= (*gradient)[i] / problem.smoothness;
  }
  return x;
}
