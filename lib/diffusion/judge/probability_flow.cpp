#include "lib/diffusion/judge/probability_flow.hpp"

namespace mls::diffusion {

Matrix probability_flow(const Denoise& denoise, Matrix x, std::span<const double> grid) {
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const double step = grid[i + 1] - grid[i];
    const Matrix slope = (x - denoise(x, grid[i])) / grid[i];
    const Matrix ahead = x + step * slope;
    const Matrix slope_ahead = (ahead - denoise(ahead, grid[i + 1])) / grid[i + 1];
    x += step / 2 * (slope + slope_ahead);
  }
  return denoise(x, grid.back());
}

}  // namespace mls::diffusion
