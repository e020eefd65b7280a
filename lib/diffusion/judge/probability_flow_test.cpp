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
  const double top = 2000;
  const double bottom = 0.01;
  const Matrix start = Matrix::Constant(1, 1, 700.0);
  const Matrix end = probability_flow(denoise, start, log_snr_grid(top, bottom, steps + 1));
  const double scale = std::sqrt((variance + bottom * bottom) / (variance + top * top));
  return std::abs(end(0, 0) - 700.0 * scale * variance / (variance + bottom * bottom));
}

TEST(ProbabilityFlow, IsTheClosedFormToThirdOrder) {
  EXPECT_LT(error(100), 2e-5);
  EXPECT_GT(std::log2(error(50) / error(100)), 2.9);
}

}  // namespace
}  // namespace mls::diffusion
