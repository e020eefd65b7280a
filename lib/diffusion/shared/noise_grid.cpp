#include "lib/diffusion/shared/noise_grid.hpp"

#include <cmath>
#include <stdexcept>

namespace mls::diffusion {
namespace {

/// from_uniform(u) for u going uniformly from `first` to `last`; both ends exact.
template <typename FromUniform>
std::vector<double> warped(double sigma_max, double sigma_min, int points, double first, double last,
                           FromUniform from_uniform) {
  if (points < 2 || !(sigma_min > 0) || !(sigma_max > sigma_min))
    throw std::invalid_argument("a noise grid needs two points and sigma_max > sigma_min > 0");
  std::vector<double> grid;
  grid.reserve(static_cast<std::size_t>(points));
  for (int i = 0; i < points; ++i) grid.push_back(from_uniform(first + (last - first) * i / (points - 1)));
  grid.front() = sigma_max;
  grid.back() = sigma_min;
  return grid;
}

}  // namespace

std::vector<double> karras_grid(double sigma_max, double sigma_min, int points, double rho) {
  return warped(sigma_max, sigma_min, points, std::pow(sigma_max, 1 / rho), std::pow(sigma_min, 1 / rho),
                [rho](double u) { return std::pow(u, rho); });
}

std::vector<double> log_snr_grid(double sigma_max, double sigma_min, int points) {
  return warped(sigma_max, sigma_min, points, std::log(sigma_max), std::log(sigma_min),
                [](double u) { return std::exp(u); });
}

}  // namespace mls::diffusion
