#include "judge/gradient_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "judge/task.hpp"

namespace mls::judge {
namespace {

using Floats = std::vector<float>;

struct Stretch {
  std::size_t from = 0;
  std::size_t size = 0;
};

/// At least a quarter of `whole`.
Stretch part_of(const Stretch& whole, Rng& rng) {
  const std::size_t least = std::max<std::size_t>(1, whole.size / 4);
  const std::size_t size = least + rng.below(whole.size - least + 1);
  return {whole.from + rng.below(whole.size - size + 1), size};
}

double norm(std::span<const float> values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

/// Function and claimed gradient along one of its arguments.
struct Argument {
  std::span<const float> value;
  std::span<const float> gradient;
  std::function<Floats(std::span<const float>)> output;
};

/// Rise of the output's weighted sum over two steps of size `h` along the claimed gradient, over what is
/// claimed.
double rise(const Argument& argument, const Stretch& stretch, std::span<const float> of_y, double h) {
  const auto claimed = argument.gradient.subspan(stretch.from, stretch.size);
  const auto moved = [&](double by) {
    Floats values(argument.value.begin(), argument.value.end());
    for (std::size_t i = 0; i < stretch.size; ++i)
      values[stretch.from + i] += static_cast<float>(by * claimed[i]);
    return argument.output(values);
  };
  const Floats above = moved(h);
  const Floats below = moved(-h);
  double sum = 0;
  for (std::size_t i = 0; i < above.size(); ++i)
    sum += static_cast<double>(of_y[i]) * (static_cast<double>(above[i]) - static_cast<double>(below[i]));
  const double length = norm(claimed);
  return sum / (2 * h * length * length);
}

/// By how much the slope along the claimed gradient differs from the claim, relative to it. Nothing where
/// nothing is claimed, or where steps of two sizes do not show the same slope: too steep a function, or too
/// little claimed to be seen among rounding errors.
std::optional<double> disagreement(const Argument& argument, const Stretch& stretch,
                                   std::span<const float> of_y, const GradientProbeOptions& options) {
  const double length = norm(argument.gradient.subspan(stretch.from, stretch.size));
  const double size = norm(argument.value.subspan(stretch.from, stretch.size));
  if (length == 0 || size == 0) return std::nullopt;
  const double h = options.step * size / length;
  const double slope = rise(argument, stretch, of_y, h);
  if (!(std::abs(slope - rise(argument, stretch, of_y, 3 * h)) <= options.tolerance / 2)) return std::nullopt;
  return std::abs(slope - 1);
}

}  // namespace

void probe_gradients(const GradientRecording& recording, std::span<const ComponentParameter> parameters,
                     const AskWith& ask, Rng& rng, const GradientProbeOptions& options) {
  const Recording& call = recording.call;
  const Argument input{call.x, recording.of_x,
                       [&](std::span<const float> x) { return ask(call.parameters, x); }};
  const Argument weights{call.parameters, recording.of_parameters,
                         [&](std::span<const float> values) { return ask(values, call.x); }};
  std::vector<Stretch> own;
  for (const ComponentParameter& parameter : parameters)
    if (parameter.layer == call.layer && parameter.size > 0)
      own.push_back({parameter.offset, parameter.size});
  int seen = 0;
  int wrong = 0;
  double largest = 0;
  for (int k = 0; k < options.stretches; ++k) {
    const bool of_input = k % 2 == 0 || own.empty();
    const Stretch whole = of_input ? Stretch{0, call.x.size()} : own[rng.below(own.size())];
    const auto difference =
        disagreement(of_input ? input : weights, part_of(whole, rng), recording.of_y, options);
    if (!difference) continue;
    ++seen;
    if (*difference > options.tolerance) ++wrong;
    largest = std::max(largest, *difference);
  }
  if (wrong < 2 || wrong <= options.allowed * seen) return;
  throw invalid_output(
      fmt::format("layer {}: gradients handed back in training are not those of the function: along {} of {} "
                  "stretches of input and parameters slopes differ by more than {:.0f} %, up to {:.0f} %",
                  call.layer, wrong, seen, 100 * options.tolerance, 100 * largest));
}

}  // namespace mls::judge
