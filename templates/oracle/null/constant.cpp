// Null method: always the same point.
#include "surface.hpp"

std::vector<double> descent::minimise(const Problem& problem) {
  return std::vector<double>(static_cast<std::size_t>(problem.dim), 1e200);
}
