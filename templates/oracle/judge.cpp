// Owns the functions, counts the gradients and measures how far down the host's point is.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "judge/oracle.hpp"

namespace {

using Vector = std::vector<double>;

constexpr int functions = 10;
constexpr double smoothness = 1;
// Below it lies rounding.
constexpr double least_gap = 1e-14;

/// f(x) = sum of curvature_i * phi(z_i - minimum_i), z = x mirrored at a random plane; phi(u) = u^2/2 or log
/// cosh u.
class Function {
 public:
  Function(const mls::judge::Params& params, mls::Rng rng)
      : curved_(params.flag("curved")), normal_(static_cast<std::size_t>(params.integer("dim"))) {
    double length = 0;
    for (double& value : normal_) {
      value = rng.normal();
      length += value * value;
    }
    for (double& value : normal_) value /= std::sqrt(length);
    // Curvatures are log-uniform between smoothness / condition and smoothness.
    const double decades = std::log(params.real("condition"));
    for (std::size_t i = 0; i < normal_.size(); ++i) {
      curvatures_.push_back(smoothness * std::exp(-decades * rng.uniform()));
      minimum_.push_back(3 * rng.normal());
    }
  }

  [[nodiscard]] std::int64_t dim() const { return static_cast<std::int64_t>(normal_.size()); }

  /// Its minimum is 0.
  [[nodiscard]] double value(std::span<const double> x) const {
    const Vector z = mirrored(x);
    double sum = 0;
    for (std::size_t i = 0; i < z.size(); ++i) sum += curvatures_[i] * phi(z[i] - minimum_[i]);
    return sum;
  }

  [[nodiscard]] Vector gradient(std::span<const double> x) const {
    Vector slopes = mirrored(x);
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      const double u = slopes[i] - minimum_[i];
      slopes[i] = curvatures_[i] * (curved_ ? std::tanh(u) : u);
    }
    return mirrored(slopes);
  }

 private:
  [[nodiscard]] double phi(double u) const {
    // log cosh u without overflow
    return curved_ ? std::abs(u) + std::log1p(std::exp(-2 * std::abs(u))) - std::log(2.0) : u * u / 2;
  }

  [[nodiscard]] Vector mirrored(std::span<const double> x) const {
    double along = 0;
    for (std::size_t i = 0; i < x.size(); ++i) along += normal_[i] * x[i];
    Vector result(x.begin(), x.end());
    for (std::size_t i = 0; i < x.size(); ++i) result[i] -= 2 * along * normal_[i];
    return result;
  }

  bool curved_;
  Vector normal_;
  Vector curvatures_;
  Vector minimum_;
};

/// Lets the host ask for gradients and returns the point that it commits to.
Vector converse(mls::judge::HostLink& host, const Function& function, std::int64_t budget) {
  Vector gradient;
  std::optional<Vector> committed;
  const mls::judge::Operation ask{"gradient", [](const mls::Message&) { return 1; },
                                  [&](const mls::Message& request, mls::Message& answer) {
                                    gradient =
                                        function.gradient(request.values<double>("x", {function.dim()}));
                                    answer.add("gradient", gradient);
                                  }};
  const mls::judge::Operation commit{"commit", [](const mls::Message&) { return 0; },
                                     [&](const mls::Message& request, mls::Message&) {
                                       const auto x = request.values<double>("x", {function.dim()});
                                       committed.emplace(x.begin(), x.end());
                                     }};
  mls::judge::Ledger ledger(budget);
  mls::judge::serve(host, ledger, std::vector{ask, commit});
  if (!committed) throw mls::judge::protocol_violation("the host finished without 'commit'; expected one");
  return *committed;
}

double gap_of(mls::judge::Run& run, const Function& function) {
  const std::int64_t budget = run.params.integer("budget");
  mls::Message problem("problem");
  problem.set("dim", function.dim()).set("smoothness", smoothness).set("budget", budget);
  run.host.send(problem);
  const Vector x = converse(run.host, function, budget);
  const double share = function.value(x) / function.value(Vector(x.size()));
  // Numbers that overflow make it infinite or NaN; in this order both become 1.
  return std::max(least_gap, std::min(1.0, share));
}

mls::judge::Metrics run(mls::judge::Run& run) {
  const mls::Rng rng = run.draws.rng("functions");
  double sum = 0;
  for (std::uint64_t i = 0; i < functions; ++i)
    sum += std::log(gap_of(run, Function(run.params, rng.split(i))));
  run.host.send(mls::Message("end"));
  return {{"gap", std::exp(sum / functions)}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
