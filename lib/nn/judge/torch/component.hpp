// Layers that the host computes, as layers of a libtorch network: forward and backward go by message.
#pragma once

#include <cstdint>
#include <vector>

#include "core/torch/prelude.hpp"
#include "judge/component.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::nn {

/// Its values, outermost dimension first.
[[nodiscard]] std::vector<float> floats_of(const torch::Tensor& tensor);

class HostedLayers {
 public:
  /// `components` must outlive this and every graph made by it.
  explicit HostedLayers(judge::Components& components);

  /// y = layer(x), float32, of the shape `output` (by default x's). With `training` and gradient mode on, the
  /// result carries the graph; its backward asks the host, once. Both throw judge::Divergence, and ask
  /// nobody, when what would be sent is not finite.
  [[nodiscard]] torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training,
                                      const std::vector<std::int64_t>& output = {});
  /// A training call of forward(), or some of its rows, as the component records calls.
  [[nodiscard]] judge::Recording recording_of(std::int64_t layer, const torch::Tensor& x,
                                              const torch::Tensor& y) const;

  /// The component's, flat. Values share their memory with Components::values().
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  /// The largest |y| of the last call.
  [[nodiscard]] float largest_output() const { return largest_output_; }
  /// Sets the gradients of parameters(): of all backward passes since the last time.
  void collect_gradients() const;
  /// The host's next call comes with what the optimizer has made of the parameters.
  void publish() const;

 private:
  judge::Components& components_;
  float largest_output_ = 0;
  std::vector<Parameter> parameters_;
};

}  // namespace mls::nn
