#include "lib/numerics/host/isotonic.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mls::numerics {
namespace {

struct Pool {
  double low;   // smallest x
  double high;  // largest x
  double sum;   // of y
  double count;
  [[nodiscard]] double mean() const { return sum / count; }
};

Pool merged(const Pool& left, const Pool& right) {
  return {left.low, right.high, left.sum + right.sum, left.count + right.count};
}

}  // namespace

double MonotoneCurve::operator()(double at) const {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto upper = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double share = (at - x[upper - 1]) / (x[upper] - x[upper - 1]);
  return y[upper - 1] + share * (y[upper] - y[upper - 1]);
}

MonotoneCurve fit_isotonic(std::span<const double> x, std::span<const double> y) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(x[i], i); });

  std::vector<Pool> pools;
  for (const std::size_t i : order) {
    if (!pools.empty() && pools.back().high == x[i] && pools.back().low == x[i]) {
      pools.back() = merged(pools.back(), {x[i], x[i], y[i], 1});
    } else {
      pools.push_back({x[i], x[i], y[i], 1});
    }
  }
  std::vector<Pool> stack;
  for (Pool pool : pools) {
    while (!stack.empty() && stack.back().mean() >= pool.mean()) {
      pool = merged(stack.back(), pool);
      stack.pop_back();
    }
    stack.push_back(pool);
  }

  MonotoneCurve curve;
  for (const Pool& pool : stack) {
    curve.x.push_back(pool.low);
    curve.y.push_back(pool.mean());
    if (pool.high > pool.low) {
      curve.x.push_back(pool.high);
      curve.y.push_back(pool.mean());
    }
  }
  return curve;
}

}  // namespace mls::numerics
