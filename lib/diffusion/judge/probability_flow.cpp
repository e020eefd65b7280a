#include "lib/diffusion/judge/probability_flow.hpp"

#include <cmath>
#include <deque>
#include <utility>

namespace mls::diffusion {
namespace {

struct Call {
  double level;  ///< -log sigma
  Matrix denoised;
};

/// Newton's divided differences of the calls, newest first: value, slope, half the curvature; as many as
/// there are calls.
std::deque<Matrix> differences(const std::deque<Call>& calls) {
  std::deque<Matrix> result{calls[0].denoised};
  if (calls.size() < 2) return result;
  result.push_back((calls[0].denoised - calls[1].denoised) / (calls[0].level - calls[1].level));
  if (calls.size() < 3) return result;
  const Matrix older = (calls[1].denoised - calls[2].denoised) / (calls[1].level - calls[2].level);
  result.push_back((result[1] - older) / (calls[0].level - calls[2].level));
  return result;
}

/// x moves to exp(-h) x + integral over u from 0 to h of exp(u - h) D(u).
Matrix stepped(const Matrix& x, const std::deque<Call>& calls, double h) {
  const std::deque<Matrix> newton = differences(calls);
  const double constant = -std::expm1(-h);   // integral of exp(u - h)
  const double linear = h - constant;        // of exp(u - h) u
  const double square = h * h - 2 * linear;  // of exp(u - h) u^2
  Matrix result = std::exp(-h) * x + constant * newton[0];
  if (newton.size() > 1) result += linear * newton[1];
  if (newton.size() > 2) result += (square + linear * (calls[0].level - calls[1].level)) * newton[2];
  return result;
}

}  // namespace

Matrix probability_flow(const Denoise& denoise, Matrix x, std::span<const double> grid) {
  std::deque<Call> calls;  // newest first, at most three
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    calls.push_front({-std::log(grid[i]), denoise(x, grid[i])});
    if (calls.size() > 3) calls.pop_back();
    x = stepped(x, calls, std::log(grid[i] / grid[i + 1]));
  }
  return denoise(x, grid.back());
}

}  // namespace mls::diffusion
