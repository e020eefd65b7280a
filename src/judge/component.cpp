#include "judge/component.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/placed_floats.hpp"
#include "judge/capacity.hpp"
#include "judge/magnitude.hpp"

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

std::size_t elements_of(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

void check_shape(std::string_view name, const Shape& found, const Shape& expected) {
  if (found != expected)
    throw ProtocolError(
        fmt::format("tensor '{}' has shape {}; expected {}", name, to_string(found), to_string(expected)));
}

}  // namespace

Components::Components(HostLink& host, const Message& begin, std::vector<LayerCap> caps)
    : host_(host), begin_(store(begin)), caps_(std::move(caps)) {
  Declaration declaration = ask_declaration();
  parameters_ = std::move(declaration.parameters);
  values_ = std::move(declaration.values);
  buffer_sizes_ = std::move(declaration.buffers);
}

Components::Declaration Components::ask_declaration() {
  const Message& declared = host_.ask(begin_.get(), "declared");
  memory_ = ExchangeMemory(ExchangeMemory::first_judge_descriptor + hosts_++, ExchangeMemory::Side::judge);
  if (!declared.has("memory") || !declared.boolean("memory")) memory_ = ExchangeMemory();
  free_ = FreeBlocks({ExchangeMemory::passing_floats, memory_.outgoing().size()});
  blocks_.clear();
  const auto sizes = declared.values<std::int64_t>("sizes");
  const auto count = static_cast<std::int64_t>(sizes.size());
  const auto layers_of = declared.values<std::int64_t>("layers", {count});
  const auto decay = declared.values<std::uint8_t>("decay", {count});
  const auto buffers = declared.values<std::int64_t>("buffers", {layers()});
  check_sizes(sizes, "sizes");
  check_sizes(buffers, "buffers");
  Declaration declaration{{}, {}, {buffers.begin(), buffers.end()}};
  std::size_t offset = 0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (layers_of[k] < 0 || layers_of[k] >= layers())
      throw invalid_output(fmt::format("the component declares a parameter of layer {}; layers are 0 ... {}",
                                       layers_of[k], layers() - 1));
    declaration.parameters.push_back(
        {layers_of[k], offset, static_cast<std::size_t>(sizes[k]), decay[k] != 0});
    offset += static_cast<std::size_t>(sizes[k]);
  }
  check_caps(declaration);
  const auto values = declared.values<float>("values", {static_cast<std::int64_t>(offset)});
  declaration.values.assign(values.begin(), values.end());
  return declaration;
}

void Components::check_caps(const Declaration& declaration) const {
  if (!capacity_is_capped()) return;
  std::vector<std::int64_t> used(caps_.size(), 0);
  for (const ComponentParameter& parameter : declaration.parameters)
    used[static_cast<std::size_t>(parameter.layer)] += static_cast<std::int64_t>(parameter.size);
  for (std::size_t layer = 0; layer < caps_.size(); ++layer) {
    if (used[layer] > caps_[layer].parameters)
      throw invalid_output(fmt::format("layer {} has {} parameters; at most {} are allowed", layer,
                                       used[layer], caps_[layer].parameters));
    if (declaration.buffers[layer] > caps_[layer].buffers)
      throw invalid_output(
          fmt::format("layer {} carries {} numbers besides its parameters; at most {} are allowed", layer,
                      declaration.buffers[layer], caps_[layer].buffers));
  }
}

/// A block of the memory for x of the call that begins, until it ends; nullopt where there is no room.
std::optional<Stretch> Components::block_of_call(std::size_t floats) {
  const std::optional<Stretch> block = free_.take(floats);
  if (block) blocks_[last_call_] = *block;
  return block;
}

void Components::end_call(std::int64_t call) {
  const auto block = blocks_.find(call);
  if (block == blocks_.end()) return;
  free_.give_back(block->second);
  blocks_.erase(block);
}

/// By memory where there is room: in the block where it `stays`, else where the next message overwrites it.
void Components::add(std::string_view name, const Block& block, const std::optional<Stretch>& stays) {
  const std::size_t size = block.values.size();
  if (!memory_.exists() || (!stays && size > ExchangeMemory::passing_floats)) {
    if (!all_finite(block.values)) throw Divergence();
    message_.add(name, block.values, block.shape);
    return;
  }
  const std::size_t place = stays ? stays->begin : 0;
  if (!std::isfinite(copy_and_measure(block.values, memory_.outgoing().subspan(place, size), Own::source)))
    throw Divergence();
  add_placed(message_, name, place, block.shape, placed_);
}

float Components::take(const Message& reply, std::string_view name, const Answer& answer) {
  const TensorView& tensor = reply.tensor(name);
  std::span<const float> values;
  if (!memory_.exists() || !is_placed(tensor)) {
    values = reply.values<float>(name);
    check_shape(name, tensor.shape, answer.shape);
  } else {
    const auto [place, shape] = placed_floats(tensor);
    check_shape(name, shape, answer.shape);
    const std::span<const float> memory = memory_.incoming();
    if (place > memory.size() || answer.values.size() > memory.size() - place)
      throw ProtocolError(fmt::format("tensor '{}' is said to begin at {}; the memory holds {} floats", name,
                                      place, memory.size()));
    values = memory.subspan(place);
  }
  const float largest = copy_and_measure(values, answer.values, Own::copy);
  if (!std::isfinite(largest))
    throw ProtocolError(fmt::format("tensor '{}' holds a value that is not finite", name));
  return largest;
}

float Components::ask(std::int64_t layer, const Block& x, const Answer& y, bool training) {
  message_.reset("forward");
  message_.set("layer", layer).set("call", ++last_call_).set("training", training);
  if (!published_) message_.add("values", values_);
  add("x", x, training ? block_of_call(x.values.size()) : std::nullopt);
  published_ = true;
  return take(host_.ask(message_, "output"), "y", y);
}

float Components::forward(std::int64_t layer, const Block& x, const Answer& y, bool training) {
  const float largest = ask(layer, x, y, training);
  if (chance_) consider(*chance_, layer, training, x, y);
  return largest;
}

void Components::record(std::size_t count, Rng rng) {
  first_recording_ = recordings_.size();
  recordings_wanted_ = count;
  considered_ = 0;
  chance_ = rng;
}

void Components::consider(Rng& chance, std::int64_t layer, bool training, const Block& x, const Answer& y) {
  // Reservoir sampling (Vitter 1985, algorithm R).
  ++considered_;
  const bool more = recordings_.size() - first_recording_ < recordings_wanted_;
  const std::size_t place = more ? considered_ - 1 : static_cast<std::size_t>(chance.below(considered_));
  if (place >= recordings_wanted_) return;
  Recording recording{
      layer,   training, {x.values.begin(), x.values.end()}, x.shape, {y.values.begin(), y.values.end()},
      y.shape, values_};
  if (more) {
    recordings_.push_back(std::move(recording));
  } else {
    recordings_[first_recording_ + place] = std::move(recording);
  }
}

std::vector<float> Components::ask_as_recorded(const Recording& recording, const Block& x,
                                               const Shape& output) {
  restore(recording.parameters);
  std::vector<float> y(elements_of(output));
  (void)ask(recording.layer, x, {y, output}, recording.training);
  if (recording.training) forget(last_call_);
  return y;
}

void Components::backward(std::int64_t call, const Block& gradient, const Answer& of_x) {
  message_.reset("backward");
  message_.set("call", call);
  add("gradient", gradient, std::nullopt);
  const Message& reply = host_.ask(message_, "input_gradient");
  (void)take(reply, "gradient", of_x);
  end_call(call);
  gradients_owed_ = !reply.has("values");
  if (!gradients_owed_) take_gradients(reply);
}

void Components::forget(std::int64_t call) {
  message_.reset("forget");
  host_.send(message_.set("call", call));
  end_call(call);
}

void Components::take_gradients(const Message& reply) {
  const auto values = reply.values<float>("values", {static_cast<std::int64_t>(values_.size())});
  if (gradients_.empty()) {
    gradients_.assign(values.begin(), values.end());
  } else {
    std::ranges::transform(gradients_, values, gradients_.begin(), std::plus());
  }
}

std::span<const float> Components::collect_gradients() {
  if (values_.empty()) return {};
  if (gradients_owed_ || gradients_.empty()) {
    message_.reset("collect");
    take_gradients(host_.ask(message_, "gradients"));
    gradients_owed_ = false;
  }
  collected_.swap(gradients_);
  gradients_.clear();
  return collected_;
}

void Components::restore(std::span<const float> values) {
  if (!buffers_) throw std::logic_error("what training leaves can be restored once training has ended");
  message_.reset("restore");
  host_.send(message_.add("values", values).add("buffers", *buffers_));
  published_ = true;
}

void Components::continue_in_fresh_host(Run& run) {
  chance_.reset();
  if (!buffers_) {
    message_.reset("carry");
    const auto carried = host_.ask(message_, "carried").values<float>("values", {sum(buffer_sizes_)});
    buffers_.emplace(carried.begin(), carried.end());
  }
  run.fresh_host();
  // What the fresh process declares of itself does not count, but it must be the same component.
  const Declaration again = ask_declaration();
  if (again.values.size() != values_.size() || again.buffers != buffer_sizes_)
    throw invalid_output("the component declares other parameters or buffers in evaluation than in training");
  restore(values_);
}

void Components::finish() {
  message_.reset("finish");
  (void)host_.ask(message_, "finished");
}

}  // namespace mls::judge
