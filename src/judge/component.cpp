#include "judge/component.hpp"

#include <fmt/format.h>

#include <numeric>

namespace mls::judge {
namespace {

std::int64_t sum(std::span<const std::int64_t> values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

/// Sizes that a host claims: non-negative and not so large that their sum overflows.
void check_sizes(std::span<const std::int64_t> sizes, const char* what) {
  constexpr std::int64_t most = std::int64_t{1} << 28;
  for (std::size_t k = 0; k < sizes.size(); ++k)
    if (sizes[k] < 0 || sizes[k] > most)
      throw invalid_output(
          fmt::format("the component declares {}[{}] = {}; expected 0 ... {}", what, k, sizes[k], most));
}

}  // namespace

Components::Components(HostLink& host, const Message& begin, std::vector<LayerCap> caps)
    : host_(host), begin_(store(begin)), caps_(std::move(caps)) {
  declare(host_.ask(begin_.get(), "declared"));
}

void Components::declare(const Message& declared) {
  const auto sizes = declared.values<std::int64_t>("sizes");
  const auto count = static_cast<std::int64_t>(sizes.size());
  const auto layers_of = declared.values<std::int64_t>("layers", {count});
  const auto decay = declared.values<std::uint8_t>("decay", {count});
  const auto buffers = declared.values<std::int64_t>("buffers", {layers()});
  check_sizes(sizes, "sizes");
  check_sizes(buffers, "buffers");
  std::size_t offset = 0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (layers_of[k] < 0 || layers_of[k] >= layers())
      throw invalid_output(fmt::format("the component declares a parameter of layer {}; layers are 0 ... {}",
                                       layers_of[k], layers() - 1));
    parameters_.push_back({layers_of[k], offset, static_cast<std::size_t>(sizes[k]), decay[k] != 0});
    offset += static_cast<std::size_t>(sizes[k]);
  }
  check_caps(buffers);
  const auto values = declared.values<float>("values", {static_cast<std::int64_t>(offset)});
  values_.assign(values.begin(), values.end());
  buffer_sizes_.assign(buffers.begin(), buffers.end());
}

void Components::check_caps(std::span<const std::int64_t> buffers) const {
  std::vector<std::int64_t> used(caps_.size(), 0);
  for (const ComponentParameter& parameter : parameters_)
    used[static_cast<std::size_t>(parameter.layer)] += static_cast<std::int64_t>(parameter.size);
  for (std::size_t layer = 0; layer < caps_.size(); ++layer) {
    if (used[layer] > caps_[layer].parameters)
      throw invalid_output(fmt::format("layer {} has {} parameters; at most {} are allowed", layer,
                                       used[layer], caps_[layer].parameters));
    if (buffers[layer] > caps_[layer].buffers)
      throw invalid_output(
          fmt::format("layer {} carries {} numbers besides its parameters; at most {} are allowed", layer,
                      buffers[layer], caps_[layer].buffers));
  }
}

std::span<const float> Components::forward(std::int64_t layer, const Block& x, const Shape& output,
                                           bool training) {
  message_.reset("forward");
  message_.set("layer", layer).set("call", ++last_call_).set("training", training);
  message_.add("x", x.values, x.shape);
  return host_.ask(message_, "output").values<float>("y", output);
}

std::span<const float> Components::backward(std::int64_t call, const Block& gradient, const Shape& input) {
  message_.reset("backward");
  message_.set("call", call).add("gradient", gradient.values, gradient.shape);
  return host_.ask(message_, "input_gradient").values<float>("gradient", input);
}

void Components::forget(std::int64_t call) {
  message_.reset("forget");
  host_.send(message_.set("call", call));
}

std::span<const float> Components::collect_gradients() {
  message_.reset("collect");
  return host_.ask(message_, "gradients")
      .values<float>("values", {static_cast<std::int64_t>(values_.size())});
}

void Components::publish() {
  message_.reset("parameters");
  host_.send(message_.add("values", values_));
}

void Components::continue_in_fresh_host(Run& run) {
  message_.reset("carry");
  const auto carried = host_.ask(message_, "carried").values<float>("values", {sum(buffer_sizes_)});
  const std::vector<float> buffers(carried.begin(), carried.end());
  run.fresh_host();
  // What the fresh process declares of itself does not count, but it must be the same component.
  const std::vector<float> values = values_;
  const std::vector<std::int64_t> sizes = buffer_sizes_;
  parameters_.clear();
  declare(host_.ask(begin_.get(), "declared"));
  if (values_.size() != values.size() || buffer_sizes_ != sizes)
    throw invalid_output("the component declares other parameters or buffers in evaluation than in training");
  values_ = values;
  message_.reset("restore");
  host_.send(message_.add("values", values_).add("buffers", buffers));
}

void Components::finish() {
  message_.reset("finish");
  (void)host_.ask(message_, "finished");
}

}  // namespace mls::judge
