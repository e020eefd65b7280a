// Layers that the host computes, as layers of a libtorch network: forward and backward go by message.
#pragma once

#include <cstdint>
#include <vector>

#include "core/torch/prelude.hpp"
#include "judge/component.hpp"

namespace mls::nn {

/// One parameter tensor of the component: what the judge's optimizer steps. Flat, float32.
struct HostedParameter {
  torch::Tensor
      value;  ///< shares its memory with Components::values(); its gradient is set by collect_gradients
  bool decay = false;
};

class HostedLayers {
 public:
  /// `components` must outlive this and every graph made by it.
  explicit HostedLayers(judge::Components& components);

  /// y = layer(x), float32, of the shape `output` (by default x's). With `training` and gradient mode on, the
  /// result carries the graph; its backward asks the host, once. Both throw judge::Divergence, and ask
  /// nobody, when what would be sent is not finite.
  [[nodiscard]] torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training,
                                      const std::vector<std::int64_t>& output = {}) const;

  [[nodiscard]] const std::vector<HostedParameter>& parameters() const { return parameters_; }
  /// Sets the gradients of parameters(): of all backward passes since the last time.
  void collect_gradients() const;
  /// Tells the host what the optimizer has made of the parameters.
  void publish() const;

 private:
  judge::Components& components_;
  std::vector<HostedParameter> parameters_;
};

}  // namespace mls::nn
