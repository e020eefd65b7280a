// Heavy ball (Polyak 1964) with constant momentum.
#include "surface.hpp"

std::vector<double> descent::minimise(const Problem& problem) {
  constexpr double momentum = 0.9;
  std::vector<double> x(static_cast<std::size_t>(problem.dim));
  std::vector<double> velocity(x.size());
  while (const auto gradient = problem.gradient(x)) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      velocity[i] = momentum * velocity[i] - (*gradient)[i] / problem.smoothness;
      x[i] += velocity[i];
    }
  }
  return x;
}
