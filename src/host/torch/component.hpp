// Protocol `train`, component hook, host's side: layers of the judge's network, whose graph stays here. The
// wire is described in judge/component.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "host/host.hpp"
#include "host/torch/prelude.hpp"

namespace mls::host {

/// A tensor that the judge trains. It must be float32 and require its gradient; the judge sets its values in
/// place.
struct LearnedTensor {
  torch::Tensor value;
  bool decay = false;  ///< whether weight decay applies, where the task has one
};

/// One layer of the network.
class ComponentLayer {
 public:
  virtual ~ComponentLayer() = default;
  /// `x` holds its values until the call ends, which in training is when its gradient has been computed;
  /// afterwards its memory holds other numbers. Keep a clone, not x.
  virtual torch::Tensor forward(const torch::Tensor& x, bool training) = 0;
  virtual std::vector<LearnedTensor> parameters() = 0;
  /// What is carried into evaluation besides: float32 tensors, restored in place.
  virtual std::vector<torch::Tensor> buffers() { return {}; }
};

/// Makes layer `layer` as `begin` describes it.
using MakeLayer = std::function<std::unique_ptr<ComponentLayer>(const Message& begin, std::int64_t layer)>;

/// Serves the judge until it finishes. `begin` says in an integer `layers` how many there are.
void serve_components(JudgeLink& judge, const MakeLayer& make);

}  // namespace mls::host
