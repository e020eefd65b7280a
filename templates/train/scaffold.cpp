// Host's side: hands each step to the method.
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  std::unique_ptr<update_rule::Optimizer> optimizer;
  const auto begin = [&](std::span<const TrainedParameter> parameters, std::int64_t steps) {
    optimizer = update_rule::make_optimizer(parameters, steps);
  };
  const auto step = [&](const TrainStep& now, std::span<const TrainedParameter> parameters) {
    optimizer->step(now, parameters);
  };
  train(judge, {.begin = begin, .step = step});
}
