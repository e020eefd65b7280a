// Protocol `train`, component hook, judge's side: a layer of the judge's network is computed by the host, by
// message, forward and backward. Host's side: host/torch/component.hpp. For networks of libtorch,
// lib/nn/judge/torch/component.hpp makes it a layer like any other.
//
// The judge owns the component's parameters as it owns all others: the host declares them, returns their
// gradients, and is told their new values. So the prescribed optimizer is what trains them, their number is
// capped, and evaluation needs nothing from the process that trained: a fresh one is told the values, and
// what the component carries besides (running statistics), also capped. What a host keeps for itself is lost.
//
// On the wire: `begin`, with whatever the task tells of its layers. The host replies `declared`: per
// parameter `sizes` i64 [n], `layers` i64 [n], `decay` u8 [n]; all their initial values `values` f32 [total];
// per layer `buffers` i64 [layers], how many numbers it carries. Then, in the order that the judge likes:
//   `forward` (layer i64, call i64, training bool, `x` f32; where parameters have changed since the last
//     call, `values` f32 [total]) -> `output` (`y` f32)
//   `backward` (call i64, `gradient` f32, of y) -> `input_gradient` (`gradient` f32, of x; `values` f32
//     [total], the parameters' gradients, when no other call is open). Ends the call
//   `forget` (call i64), no reply. Ends a call of which no gradient is wanted
//   `collect` -> `gradients` (`values` f32 [total]): the parameters' gradients
//   `carry` -> `carried` (`values` f32 [sum of buffers])
//   `restore` (`values` f32 [total], `buffers` f32), no reply
//   `finish` -> `finished`
// The parameters' gradients are summed over the calls that have ended since they were last sent.
// A host that maps the memory it shares with the judge (core/exchange_memory.hpp) adds `memory` = true to
// `declared`. From then on `x`, `y` and both `gradient` may also be i64: where in the sender's half of the
// memory the floats begin, then their shape. They stay until the sender's next message, and an `x` behind the
// first ExchangeMemory::passing_floats until its call has ended.
// Only calls with training = true can be followed by `backward` or `forget`; others leave nothing behind.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/exchange_memory.hpp"
#include "core/free_blocks.hpp"
#include "judge/block.hpp"
#include "judge/divergence.hpp"
#include "judge/task.hpp"

namespace mls::judge {

/// What one layer of the component may have at most.
struct LayerCap {
  std::int64_t parameters = 0;
  std::int64_t buffers = 0;
};

/// One parameter tensor of the component, as a stretch of Components::values().
struct ComponentParameter {
  std::int64_t layer = 0;
  std::size_t offset = 0;
  std::size_t size = 0;
  bool decay = false;  ///< whether the component asks for weight decay
};

/// A call of a layer as it was answered.
struct Recording {
  std::int64_t layer = 0;
  bool training = false;
  std::vector<float> x;
  Shape input;
  std::vector<float> y;
  Shape output;
  std::vector<float> parameters;  ///< all of the component's, as the host had them then
};

/// Where what the host answers is put, and of what shape it must be; the values are finite.
struct Answer {
  std::span<float> values;
  Shape shape;  ///< extents, outermost first; their product is values.size()
};

class Components {
 public:
  /// Asks for the declaration; more than a cap, or not one entry a layer, is an invalid_output that names the
  /// layer.
  Components(HostLink& host, const Message& begin, std::vector<LayerCap> caps);

  [[nodiscard]] std::int64_t layers() const { return static_cast<std::int64_t>(caps_.size()); }
  [[nodiscard]] const std::vector<ComponentParameter>& parameters() const { return parameters_; }
  /// The parameters' values, one after the other: the judge's to change. The host learns of it by publish().
  [[nodiscard]] std::span<float> values() { return values_; }

  /// One call of layer `layer`. Throws Divergence, without asking the host, when x is not finite. Returns the
  /// largest |y|.
  float forward(std::int64_t layer, const Block& x, const Answer& y, bool training);
  /// The number of the last call of forward().
  [[nodiscard]] std::int64_t last_call() const { return last_call_; }
  /// Gradient with respect to that call's x. Throws Divergence, without asking the host, when the gradient
  /// with respect to y is not finite.
  void backward(std::int64_t call, const Block& gradient, const Answer& of_x);
  /// No gradient will be asked of this call.
  void forget(std::int64_t call);

  /// Gradients of all parameters since the last time, laid out as values(). They stay until the next time.
  [[nodiscard]] std::span<const float> collect_gradients();
  /// The host learns of values() with its next call.
  void publish() { published_ = values_.empty(); }

  /// Ends training: the host is asked what it carries, killed, and a fresh one is told that and values(). The
  /// second time nothing is asked: a process that evaluates has no say in what the next one is told.
  void continue_in_fresh_host(Run& run);

  /// From now on keeps `count` calls, drawn with equal chances from all that follow; see probes.hpp for what
  /// they are good for. Earlier recordings stay.
  void record(std::size_t count, Rng rng);
  [[nodiscard]] const std::vector<Recording>& recordings() const { return recordings_; }
  /// The recorded call with another input, answered by the present host under the parameters of that time.
  [[nodiscard]] std::vector<float> ask_as_recorded(const Recording& recording, const Block& x,
                                                   const Shape& output);
  /// Lets the host end regularly.
  void finish();

 private:
  struct Declaration {
    std::vector<ComponentParameter> parameters;
    std::vector<float> values;
    std::vector<std::int64_t> buffers;
  };
  [[nodiscard]] Declaration ask_declaration();
  float ask(std::int64_t layer, const Block& x, const Answer& y, bool training);
  [[nodiscard]] std::optional<Stretch> block_of_call(std::size_t floats);
  void end_call(std::int64_t call);
  void add(std::string_view name, const Block& block, const std::optional<Stretch>& stays);
  [[nodiscard]] float take(const Message& reply, std::string_view name, const Answer& answer);
  void take_gradients(const Message& reply);
  void check_caps(const Declaration& declaration) const;
  void restore(std::span<const float> values);
  void consider(Rng& chance, std::int64_t layer, bool training, const Block& x, const Answer& y);

  HostLink& host_;
  int hosts_ = 0;                                     // so far
  ExchangeMemory memory_;                             // of the present host, if it has one
  FreeBlocks free_;                                   // of the memory, for x of training calls
  std::unordered_map<std::int64_t, Stretch> blocks_;  // of open calls that have one
  Shape placed_;                                      // while it is sent
  StoredMessage begin_;
  std::vector<LayerCap> caps_;
  std::vector<ComponentParameter> parameters_;
  std::vector<float> values_;     // never moves: graphs of the judge's network point into it
  bool published_ = true;         // whether the host has values_, or those of a recording
  std::vector<float> gradients_;  // as far as the host has sent them; empty: not at all
  bool gradients_owed_ = false;   // by the host
  std::vector<float> collected_;
  std::vector<std::int64_t> buffer_sizes_;
  std::optional<std::vector<float>> buffers_;  // that training has left
  std::int64_t last_call_ = -1;
  std::vector<Recording> recordings_;
  std::size_t first_recording_ = 0;  // of those that may still be replaced
  std::size_t recordings_wanted_ = 0;
  std::size_t considered_ = 0;
  std::optional<Rng> chance_;
  Message message_;
};

}  // namespace mls::judge
