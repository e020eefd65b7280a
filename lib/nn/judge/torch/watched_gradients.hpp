// Watches, in a few steps of training that nobody can know beforehand, what goes through a layer that the
// host computes, and holds the gradients that came back against slopes of the layer afterwards
// (judge/gradient_probe.hpp).
//
// A step may call a layer several times, each time with a batch of its own. What is handed back for the
// layer's parameters is a sum over these calls, so that all of them are one recording.
//
// Gradients that are right on the whole and wrong in their parts (as large in each channel as on average,
// say) are found in narrow windows of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "core/tensor.hpp"
#include "core/torch/prelude.hpp"
#include "judge/component.hpp"
#include "judge/gradient_probe.hpp"
#include "lib/nn/judge/torch/component.hpp"

namespace mls::nn {

class WatchedGradients {
 public:
  /// Of about `wanted` of `steps` steps, one layer each. Both references must outlive this, and this every
  /// graph of a step.
  WatchedGradients(judge::Components& components, const HostedLayers& layers, double wanted,
                   std::int64_t steps, Rng rng);

  void begin_step();
  /// A call in training and its result; `x` must be part of a graph.
  void see(std::int64_t layer, const torch::Tensor& x, const torch::Tensor& y);
  /// After HostedLayers::collect_gradients.
  void end_step();

  /// Asks a host that has not lived through the training. Throws invalid_output naming the layer.
  void probe(Rng rng);

 private:
  struct Call {
    Shape input;
    Shape output;
    std::vector<float> x;
    std::vector<float> of_x;  // empty until it has come back, as is of_y
    std::vector<float> of_y;
  };
  struct Step {
    std::int64_t layer = 0;
    std::list<Call> calls;  // hooks of graphs point into it
    std::vector<float> parameters;
    std::vector<float> of_parameters;
    bool ended = false;
    [[nodiscard]] bool complete() const;
  };
  [[nodiscard]] std::vector<float> asked(const Step& step, std::span<const float> parameters,
                                         std::span<const float> x);
  [[nodiscard]] static judge::GradientRecording recording_of(const Step& step);
  void probe_window(const Step& step, Rng& rng);

  judge::Components& components_;
  const HostedLayers& layers_;
  double chance_;
  Rng rng_;
  std::int64_t layer_ = -1;  // watched in this step, if any
  std::list<Step> steps_;
};

}  // namespace mls::nn
