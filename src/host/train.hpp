// Protocol `train`, host's side; the wire and the hooks are described in judge/train.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "host/host.hpp"

namespace mls::host {

/// One parameter tensor of the judge's model at one step.
struct TrainedParameter {
  Shape shape;
  std::string role;                 ///< what it is for; the task's surface says which words there are
  std::span<const float> values;    ///< as they are now
  std::span<const float> gradient;  ///< of this step; empty in `begin`
  std::span<float> update;          ///< to be filled: what is added to the values; empty in `begin`
};

struct TrainStep {
  std::int64_t step = 0;  ///< 0 ... steps - 1
  std::int64_t steps = 0;
  double scale = 1;  ///< the prescribed shape of the learning rate
  double loss = 0;   ///< of this step's batch
};

struct StepHandlers {
  /// Before the first step; allocate state here.
  std::function<void(std::span<const TrainedParameter> parameters, std::int64_t steps)> begin;
  std::function<void(const TrainStep& step, std::span<const TrainedParameter> parameters)> step;
};

/// Serves the judge until it finishes.
void train(JudgeLink& judge, const StepHandlers& handlers);

}  // namespace mls::host
