#include "lib/nn/judge/torch/watched_gradients.hpp"

#include <algorithm>
#include <iterator>

namespace mls::nn {
namespace {

using Floats = std::vector<float>;

constexpr int windows = 2;          // of a watched step, each in the input of one of its calls
constexpr std::size_t narrow = 64;  // times smaller than that input

Floats floats_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

void append(Floats& all, const Floats& more) { all.insert(all.end(), more.begin(), more.end()); }

Floats stretch_of(const Floats& all, std::size_t from, std::size_t size) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

bool WatchedGradients::Step::complete() const {
  return ended && !calls.empty() && std::ranges::all_of(calls, [](const Call& call) {
           return !call.of_x.empty() && !call.of_y.empty();
         });
}

WatchedGradients::WatchedGradients(judge::Components& components, const HostedLayers& layers, double wanted,
                                   std::int64_t steps, Rng rng)
    : components_(components),
      layers_(layers),
      chance_(std::min(1.0, wanted / static_cast<double>(steps))),
      rng_(rng) {}

void WatchedGradients::begin_step() {
  layer_ = -1;
  if (!rng_.bernoulli(chance_)) return;
  layer_ = static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(components_.layers())));
  Step& step = steps_.emplace_back();
  step.layer = layer_;
  step.parameters.assign(components_.values().begin(), components_.values().end());
}

void WatchedGradients::see(std::int64_t layer, const torch::Tensor& x, const torch::Tensor& y) {
  if (layer != layer_) return;
  Call& call = steps_.back().calls.emplace_back();
  call.input = x.sizes().vec();
  call.output = y.sizes().vec();
  call.x = floats_of(x);
  x.register_hook([&call](const torch::Tensor& gradient) { call.of_x = floats_of(gradient); });
  y.register_hook([&call](const torch::Tensor& gradient) { call.of_y = floats_of(gradient); });
}

void WatchedGradients::end_step() {
  if (layer_ < 0) return;
  Step& step = steps_.back();
  for (const HostedParameter& parameter : layers_.parameters())
    append(step.of_parameters, floats_of(parameter.value.grad()));
  step.ended = true;
}

Floats WatchedGradients::asked(const Step& step, std::span<const float> parameters,
                               std::span<const float> x) {
  judge::Recording call;
  call.layer = step.layer;
  call.training = true;
  call.parameters.assign(parameters.begin(), parameters.end());
  Floats all;
  for (const Call& part : step.calls) {
    append(all, components_.ask_as_recorded(call, {x.first(part.x.size()), part.input}, part.output));
    x = x.subspan(part.x.size());
  }
  return all;
}

judge::GradientRecording WatchedGradients::recording_of(const Step& step) {
  judge::GradientRecording kept;
  kept.call.layer = step.layer;
  kept.call.training = true;
  kept.call.parameters = step.parameters;
  kept.of_parameters = step.of_parameters;
  for (const Call& call : step.calls) {
    append(kept.call.x, call.x);
    append(kept.of_x, call.of_x);
    append(kept.of_y, call.of_y);
  }
  return kept;
}

void WatchedGradients::probe_window(const Step& step, Rng& rng) {
  Step one;
  one.layer = step.layer;
  one.parameters = step.parameters;
  one.calls.push_back(
      *std::next(step.calls.begin(), static_cast<std::ptrdiff_t>(rng.below(step.calls.size()))));
  const Floats& all = one.calls.front().x;
  const std::size_t size = std::max<std::size_t>(1, all.size() / narrow);
  const std::size_t from = rng.below(all.size() - size + 1);
  judge::GradientRecording part = recording_of(one);
  part.call.x = stretch_of(part.call.x, from, size);
  part.of_x = stretch_of(part.of_x, from, size);
  judge::probe_gradients(
      part, {},
      [&](std::span<const float> parameters, std::span<const float> window) {
        Floats x = all;
        std::ranges::copy(window, x.begin() + static_cast<std::ptrdiff_t>(from));
        return asked(one, parameters, x);
      },
      rng);
}

void WatchedGradients::probe(Rng rng) {
  for (const Step& step : steps_) {
    if (!step.complete()) continue;  // training ended there
    const judge::GradientRecording whole = recording_of(step);
    judge::probe_gradients(
        whole, components_.parameters(),
        [&](std::span<const float> parameters, std::span<const float> x) {
          return asked(step, parameters, x);
        },
        rng);
    for (int k = 0; k < windows; ++k) probe_window(step, rng);
  }
}

}  // namespace mls::nn
