#include "lib/nn/judge/torch/pointwise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "judge/probes.hpp"
#include "lib/nn/judge/torch/layers.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls::nn {
namespace {

/// Rows of a call on which the gradient is checked.
constexpr std::int64_t checked_rows = 64;
/// Largest share of entries whose gradient may lie outside the slopes to their left and right: functions may
/// jump.
constexpr double allowed_share = 0.1;

double slope(double x0, double x1, double y0, double y1) { return (y1 - y0) / (x1 - x0); }

}  // namespace

PointwiseComponent::PointwiseComponent(judge::Run& run, const Message& begin,
                                       std::vector<judge::LayerCap> caps, std::int64_t calls,
                                       const PointwiseOptions& options)
    : run_(run),
      options_(options),
      components_(run.host, begin, std::move(caps)),
      layers_(components_),
      chance_(run.draws.rng("watched gradients")),
      watch_probability_(std::min(1.0, 1.5 * options.recorded_gradients / static_cast<double>(calls))) {
  components_.record(static_cast<std::size_t>(options.recorded_in_training),
                     run.draws.rng("recordings in training"));
}

torch::Tensor PointwiseComponent::forward(std::int64_t layer, const torch::Tensor& x, bool training) {
  const torch::Tensor rows = to_rows(x).contiguous();
  const bool watch = training && torch::GradMode::is_enabled() && rows.requires_grad() &&
                     std::cmp_less(watched_.size(), options_.recorded_gradients) &&
                     chance_.bernoulli(watch_probability_);
  const torch::Tensor y = watch ? watched(layer, rows) : layers_.forward(layer, rows, training);
  check_size(layer, rows, y);
  return from_rows(y, x);
}

torch::Tensor PointwiseComponent::watched(std::int64_t layer, const torch::Tensor& rows) {
  const torch::Tensor y = layers_.forward(layer, rows, true);
  const std::int64_t kept = std::min(rows.size(0), checked_rows);
  watched_.push_back({layers_.recording_of(layer, rows.narrow(0, 0, kept), y.narrow(0, 0, kept)), {}, {}});
  Watched& record = watched_.back();
  y.register_hook([&record, kept](const torch::Tensor& gradient) {
    record.gradient_of_y = gradient.narrow(0, 0, kept).clone();
  });
  rows.register_hook([&record, kept](const torch::Tensor& gradient) {
    record.gradient_of_x = gradient.narrow(0, 0, kept).clone();
  });
  return y;
}

void PointwiseComponent::check_size(std::int64_t layer, const torch::Tensor& x,
                                    const torch::Tensor& y) const {
  const float most_y = layers_.largest_output();
  if (most_y <= options_.largest) return;
  const torch::NoGradGuard no_graph;
  const torch::Tensor bound = (x.abs() + 1).square() * options_.largest;
  if (y.abs().le(bound).all().item<bool>()) return;
  throw judge::invalid_output(
      fmt::format("layer {}: an output reaches {:.6g}; |f(x)| must be at most {:.0f} (1 + |x|)^2", layer,
                  most_y, options_.largest));
}

void PointwiseComponent::evaluate() {
  components_.continue_in_fresh_host(run_);
  components_.record(static_cast<std::size_t>(options_.recorded_in_evaluation),
                     run_.draws.rng("recordings in evaluation"));
}

void PointwiseComponent::probe() {
  judge::probe_recordings(run_, components_, {.rows = true, .channels = true}, run_.draws.rng("probes"),
                          {.tolerance = options_.tolerance});
  for (const Watched& watched : watched_) {
    if (watched.gradient_of_x.defined() && watched.gradient_of_y.defined()) probe_gradient(watched);
  }
}

void PointwiseComponent::probe_gradient(const Watched& watched) {
  const auto shifted = [&](float direction) {
    std::vector<float> x = watched.call.x;
    for (float& value : x) value += direction * 2e-3F * (1 + std::abs(value));
    return x;
  };
  const std::vector<float> above = shifted(1);
  const std::vector<float> below = shifted(-1);
  const std::vector<float> y_above =
      components_.ask_as_recorded(watched.call, {above, watched.call.input}, watched.call.output);
  const std::vector<float> y_below =
      components_.ask_as_recorded(watched.call, {below, watched.call.input}, watched.call.output);
  const std::vector<float> gy = floats_of(watched.gradient_of_y);
  const std::vector<float> gx = floats_of(watched.gradient_of_x);
  std::size_t wrong = 0;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < gx.size(); ++i) {
    if (std::abs(gy[i]) < 1e-20F) continue;
    ++asked;
    const double right = slope(watched.call.x[i], above[i], watched.call.y[i], y_above[i]);
    const double left = slope(below[i], watched.call.x[i], y_below[i], watched.call.y[i]);
    const double claimed = static_cast<double>(gx[i]) / gy[i];
    const double slack = 0.01 + 0.05 * std::max(std::abs(left), std::abs(right));
    if (!(claimed >= std::min(left, right) - slack && claimed <= std::max(left, right) + slack)) ++wrong;
  }
  if (static_cast<double>(wrong) <= allowed_share * static_cast<double>(asked)) return;
  throw judge::invalid_output(
      fmt::format("layer {}: {} of {} gradients handed back in training are not those of the function",
                  watched.call.layer, wrong, asked));
}

}  // namespace mls::nn
