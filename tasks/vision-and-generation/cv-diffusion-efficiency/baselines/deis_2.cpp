// DEIS, tAB2. Zhang & Chen, "Fast sampling of diffusion models with exponential integrator", ICLR 2023: the
// predicted noise is extrapolated by a polynomial of degree 2 in the time of the variance-preserving process
// (linear schedule, beta from 0.1 to 20: sigma^2 = exp(beta_d t^2 / 2 + beta_min t) - 1), and its integral
// over sigma is exact up to quadrature. Grid quadratic in time, as in the paper; lower degrees while calls
// are few. The last call's denoised image is the sample.
#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "surface.hpp"

namespace sampling {
namespace {

constexpr double beta_min = 0.1;
constexpr double beta_d = 19.9;

double sigma_at(double t) { return std::sqrt(std::expm1(beta_d / 2 * t * t + beta_min * t)); }
double time_at(double sigma) {
  const double log = std::log1p(sigma * sigma);
  return 2 * log / (std::sqrt(beta_min * beta_min + 2 * beta_d * log) + beta_min);
}
double sigma_slope(double t) {
  const double sigma = sigma_at(t);
  return (sigma * sigma + 1) * (beta_d * t + beta_min) / (2 * sigma);
}

/// Integral over sigma, from time `from` to `to`, of the Lagrange polynomial that is 1 at times[j] and 0 at
/// the others. The integrand over the root of t is smooth; Simpson's rule.
double weight(const std::deque<double>& times, std::size_t j, double from, double to) {
  constexpr int parts = 2000;
  const double first = std::sqrt(from);
  const double step = (std::sqrt(to) - first) / parts;
  double sum = 0;
  for (int i = 0; i <= parts; ++i) {
    const double root = first + step * i;
    const double t = root * root;
    double value = sigma_slope(t) * 2 * root;
    for (std::size_t k = 0; k < times.size(); ++k)
      if (k != j) value *= (t - times[k]) / (times[j] - times[k]);
    sum += value * (i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return sum * step / 3;
}

}  // namespace

Matrix sample(Denoiser& denoiser, const Matrix& start, mls::Rng&) {
  constexpr std::size_t degree = 2;
  const int points = denoiser.calls_left();
  const double top = std::sqrt(time_at(denoiser.sigma_max()));
  const double bottom = std::sqrt(time_at(denoiser.sigma_min()));
  std::vector<double> grid;
  for (int i = 0; i < points; ++i) grid.push_back(std::pow(top + (bottom - top) * i / (points - 1), 2));

  const auto level = [&](double t) {
    return std::clamp(sigma_at(t), denoiser.sigma_min(), denoiser.sigma_max());
  };
  Matrix x = start;
  std::deque<double> times;   // newest first
  std::deque<Matrix> noises;  // predicted there
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const double sigma = level(grid[i]);
    times.push_front(grid[i]);
    noises.push_front((x - denoiser.denoise(x, sigma)) / sigma);
    if (times.size() > degree + 1) {
      times.pop_back();
      noises.pop_back();
    }
    for (std::size_t j = 0; j < times.size(); ++j) x += weight(times, j, grid[i], grid[i + 1]) * noises[j];
  }
  return denoiser.denoise(x, level(grid.back()));
}

}  // namespace sampling
