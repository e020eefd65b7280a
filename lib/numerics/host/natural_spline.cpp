#include "lib/numerics/host/natural_spline.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mls::numerics {
namespace {

/// Second derivatives at evenly spaced knots of the natural spline through the levels: tridiagonal system 1
/// 4 1.
std::vector<double> bends_through(const std::vector<double>& level, double gap) {
  const std::size_t knots = level.size();
  std::vector<double> bend(knots);
  std::vector<double> ratio(knots);
  for (std::size_t i = 1; i + 1 < knots; ++i) {  // Thomas algorithm, forwards
    const double right = 6 * (level[i - 1] - 2 * level[i] + level[i + 1]) / (gap * gap);
    const double pivot = 4 - ratio[i - 1];
    ratio[i] = 1 / pivot;
    bend[i] = (right - bend[i - 1]) / pivot;
  }
  bend[knots - 1] = 0;
  for (std::size_t i = knots - 1; i-- > 1;) bend[i] -= ratio[i] * bend[i + 1];
  return bend;
}

struct Piece {
  std::size_t left;  // knot
  double share;      // position between left and left + 1; outside [0, 1] beyond the ends
};

Piece piece_of(double x, double low, double gap, std::size_t knots) {
  const double at = (x - low) / gap;
  const double left = std::clamp(std::floor(at), 0.0, static_cast<double>(knots - 2));
  return {static_cast<std::size_t>(left), at - left};
}

double evaluate(const std::vector<double>& level, const std::vector<double>& bend, double gap, Piece p) {
  const double t = std::clamp(p.share, 0.0, 1.0);
  const double s = 1 - t;
  const double inside = s * level[p.left] + t * level[p.left + 1] +
                        gap * gap / 6 * ((s * s * s - s) * bend[p.left] + (t * t * t - t) * bend[p.left + 1]);
  return inside;
}

double evaluate_slope(const std::vector<double>& level, const std::vector<double>& bend, double gap,
                      Piece p) {
  const double t = std::clamp(p.share, 0.0, 1.0);
  const double s = 1 - t;
  return (level[p.left + 1] - level[p.left]) / gap +
         gap / 6 * ((1 - 3 * s * s) * bend[p.left] + (3 * t * t - 1) * bend[p.left + 1]);
}

/// Solves the symmetric positive definite system in place by Cholesky; `a` is row-major.
std::vector<double> solve(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i == j) {
        if (!(sum > 1e-12 * a[j * n + j]))
          throw std::invalid_argument("natural spline: too few points for its knots");
        a[j * n + j] = std::sqrt(sum);
      } else {
        a[i * n + j] = sum / a[j * n + j];
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

}  // namespace

NaturalSpline::NaturalSpline(std::span<const double> x, std::span<const double> y, double low, double high,
                             int knots)
    : low_(low), gap_((high - low) / (knots - 1)) {
  const auto size = static_cast<std::size_t>(knots);
  // The spline is linear in its levels: basis function k is the spline through level 1 at knot k and 0
  // elsewhere.
  std::vector<std::vector<double>> unit(size, std::vector<double>(size));
  std::vector<std::vector<double>> unit_bend(size);
  for (std::size_t k = 0; k < size; ++k) {
    unit[k][k] = 1;
    unit_bend[k] = bends_through(unit[k], gap_);
  }
  std::vector<double> normal(size * size);
  std::vector<double> right(size);
  std::vector<double> basis(size);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Piece piece = piece_of(x[i], low_, gap_, size);
    for (std::size_t k = 0; k < size; ++k) basis[k] = evaluate(unit[k], unit_bend[k], gap_, piece);
    for (std::size_t k = 0; k < size; ++k) {
      right[k] += basis[k] * y[i];
      for (std::size_t l = 0; l < size; ++l) normal[k * size + l] += basis[k] * basis[l];
    }
  }
  level_ = solve(std::move(normal), std::move(right));
  bend_ = bends_through(level_, gap_);
}

double NaturalSpline::value(double x) const {
  const Piece piece = piece_of(x, low_, gap_, level_.size());
  const double beyond = piece.share - std::clamp(piece.share, 0.0, 1.0);
  return evaluate(level_, bend_, gap_, piece) + beyond * gap_ * slope(x);
}

double NaturalSpline::slope(double x) const {
  return evaluate_slope(level_, bend_, gap_, piece_of(x, low_, gap_, level_.size()));
}

}  // namespace mls::numerics
