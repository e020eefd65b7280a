// A test's "task": the update rule that trains a network of the judge's.
#pragma once

#include <memory>
#include <span>

#include "host/train.hpp"

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual void step(const mls::host::TrainStep& step,
                    std::span<const mls::host::TrainedParameter> parameters) = 0;
};

std::unique_ptr<Optimizer> make_optimizer(std::span<const mls::host::TrainedParameter> parameters,
                                          std::int64_t steps);
