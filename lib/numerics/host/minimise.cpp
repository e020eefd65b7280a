#include "lib/numerics/host/minimise.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace mls::numerics {
namespace {

constexpr double sufficient_decrease = 1e-4;
constexpr int max_halvings = 40;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

/// One curvature pair: step taken and change of the gradient along it.
struct Pair {
  std::vector<double> step;
  std::vector<double> change;
  double curvature;  // step . change > 0
};

/// Two-loop recursion: minus the inverse Hessian estimate times the gradient.
std::vector<double> direction(const std::deque<Pair>& pairs, const std::vector<double>& gradient) {
  std::vector<double> d(gradient.size());
  std::transform(gradient.begin(), gradient.end(), d.begin(), std::negate<>());
  std::vector<double> alpha(pairs.size());
  for (std::size_t i = pairs.size(); i-- > 0;) {
    alpha[i] = dot(pairs[i].step, d) / pairs[i].curvature;
    for (std::size_t j = 0; j < d.size(); ++j) d[j] -= alpha[i] * pairs[i].change[j];
  }
  const double scale = pairs.empty() ? 1 / std::max(1.0, std::sqrt(dot(gradient, gradient)))
                                     : pairs.back().curvature / dot(pairs.back().change, pairs.back().change);
  for (double& value : d) value *= scale;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double beta = dot(pairs[i].change, d) / pairs[i].curvature;
    for (std::size_t j = 0; j < d.size(); ++j) d[j] += (alpha[i] - beta) * pairs[i].step[j];
  }
  return d;
}

struct Point {
  std::vector<double> x;
  std::vector<double> gradient;
  double value = 0;
};

/// The first of `from` + d, d/2, d/4, ... with sufficient decrease; false when there is none.
bool search(const Objective& objective, const Point& from, const std::vector<double>& d, Point& to) {
  const double slope = dot(from.gradient, d);
  if (!(slope < 0)) return false;
  double length = 1;
  for (int i = 0; i < max_halvings; ++i, length /= 2) {
    for (std::size_t j = 0; j < d.size(); ++j) to.x[j] = from.x[j] + length * d[j];
    to.value = objective(to.x, to.gradient);
    if (to.value <= from.value + sufficient_decrease * length * slope && std::isfinite(largest(to.gradient)))
      return true;
  }
  return false;
}

void remember(std::deque<Pair>& pairs, const Point& from, const Point& to, int memory) {
  Pair pair{to.x, to.gradient, 0};
  for (std::size_t j = 0; j < to.x.size(); ++j) {
    pair.step[j] -= from.x[j];
    pair.change[j] -= from.gradient[j];
  }
  pair.curvature = dot(pair.step, pair.change);
  if (pair.curvature <= 1e-12 * dot(pair.change, pair.change))
    return;  // keeps the estimate positive definite
  pairs.push_back(std::move(pair));
  if (static_cast<int>(pairs.size()) > memory) pairs.pop_front();
}

}  // namespace

Minimum minimise_lbfgs(const Objective& objective, std::vector<double> start, const LbfgsOptions& options) {
  const std::size_t size = start.size();
  Point at{std::move(start), std::vector<double>(size), 0};
  at.value = objective(at.x, at.gradient);
  Point next{std::vector<double>(size), std::vector<double>(size), 0};
  std::deque<Pair> pairs;
  int iteration = 0;
  for (; iteration < options.iterations && largest(at.gradient) > options.gradient_tolerance; ++iteration) {
    if (!search(objective, at, direction(pairs, at.gradient), next)) {
      if (pairs.empty()) break;
      pairs.clear();  // a bad curvature estimate: start again from the steepest descent
      continue;
    }
    remember(pairs, at, next, options.memory);
    const double gain = at.value - next.value;
    std::swap(at, next);
    if (gain <= options.value_tolerance * std::max(1.0, std::abs(at.value))) break;
  }
  return {std::move(at.x), at.value, iteration};
}

double minimise_golden(const std::function<double(double)>& function, double low, double high,
                       double tolerance) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double left = high - ratio * (high - low);
  double right = low + ratio * (high - low);
  double at_left = function(left);
  double at_right = function(right);
  while (high - low > tolerance) {
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - ratio * (high - low);
      at_left = function(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + ratio * (high - low);
      at_right = function(right);
    }
  }
  return (low + high) / 2;
}

}  // namespace mls::numerics
