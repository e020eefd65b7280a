#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  std::unique_ptr<Optimizer> optimizer;
  const auto begin = [&](std::span<const TrainedParameter> parameters, std::int64_t steps) {
    optimizer = make_optimizer(parameters, steps);
  };
  const auto step = [&](const TrainStep& now, std::span<const TrainedParameter> parameters) {
    optimizer->step(now, parameters);
  };
  train(judge, {.begin = begin, .step = step});
}
