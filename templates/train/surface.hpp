// What a method implements: the rule that turns gradients into updates. Read-only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "host/train.hpp"

namespace update_rule {

using mls::host::TrainedParameter;  // shape, role ("matrix" or "bias"), values, gradient, update
using mls::host::TrainStep;         // step, steps, scale, loss

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Called once a step. Writes every parameter's `update`, which is then added to its `values`; finite.
  /// `now.scale` falls from 1 to 0 as a cosine: the prescribed shape of the learning rate, to be multiplied
  /// with a constant of the method's own, the same in all settings.
  virtual void step(const TrainStep& now, std::span<const TrainedParameter> parameters) = 0;
};

/// Called once, before the first step.
std::unique_ptr<Optimizer> make_optimizer(std::span<const TrainedParameter> parameters, std::int64_t steps);

}  // namespace update_rule
