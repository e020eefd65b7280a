#include "lib/diffusion/judge/probability_flow.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "lib/diffusion/shared/noise_grid.hpp"

namespace mls::diffusion {
namespace {

/// Data N(0, l): the flow scales x by sqrt((l + sigma'^2) / (l + sigma^2)).
constexpr double variance = 0.3;
Matrix denoise(const Matrix& x, double sigma) { return variance / (variance + sigma * sigma) * x; }

double error(int steps) {
  const double top = 20;
  const double bottom = 0.01;
  const Matrix start = Matrix::Constant(1, 1, 7.0);
  const Matrix end = probability_flow(denoise, start, karras_grid(top, bottom, steps + 1));
  const double scale = std::sqrt((variance + bottom * bottom) / (variance + top * top));
  return std::abs(end(0, 0) - 7.0 * scale * variance / (variance + bottom * bottom));
}

TEST(ProbabilityFlow, IsTheClosedFormToSecondOrder) {
  EXPECT_LT(error(200), 1e-4);
  EXPECT_NEAR(std::log2(error(100) / error(200)), 2, 0.1);
}

}  // namespace
}  // namespace mls::diffusion
