// Presents the judge's parameters to the method as matrices.
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "host/host.hpp"
#include "host/train.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

Role role_of(std::string_view name) {
  if (name == "matrix") return Role::matrix;
  if (name == "embedding") return Role::embedding;
  return name == "head" ? Role::head : Role::vector;
}

Eigen::Index rows_of(const TrainedParameter& parameter) { return parameter.shape.at(0); }
Eigen::Index columns_of(const TrainedParameter& parameter) {
  return parameter.shape.size() > 1 ? parameter.shape[1] : 1;
}

Setup setup_of(std::span<const TrainedParameter> parameters, std::span<const std::int64_t> layers,
               std::span<const std::int64_t> fan_ins) {
  Setup setup;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    setup.parameters.push_back({.role = role_of(parameters[k].role),
                                .layer = static_cast<int>(layers[k]),
                                .rows = rows_of(parameters[k]),
                                .columns = columns_of(parameters[k]),
                                .fan_in = static_cast<double>(fan_ins[k])});
  }
  return setup;
}

std::vector<ParameterStep> matrices_of(std::span<const TrainedParameter> parameters) {
  std::vector<ParameterStep> steps;
  steps.reserve(parameters.size());
  for (const TrainedParameter& parameter : parameters) {
    const Eigen::Index rows = rows_of(parameter);
    const Eigen::Index columns = columns_of(parameter);
    steps.push_back({.weights = {parameter.values.data(), rows, columns},
                     .gradient = {parameter.gradient.data(), rows, columns},
                     .update = {parameter.update.data(), rows, columns}});
    steps.back().update.setZero();
  }
  return steps;
}

}  // namespace

void run_method(JudgeLink& judge) {
  const Message& about = judge.expect("model");
  const std::vector<std::int64_t> layers(about.tensor("layers").as<std::int64_t>().begin(),
                                         about.tensor("layers").as<std::int64_t>().end());
  const std::vector<std::int64_t> fan_ins(about.tensor("fan_ins").as<std::int64_t>().begin(),
                                          about.tensor("fan_ins").as<std::int64_t>().end());
  const double base_rate = about.real("base_rate");
  Rng rng(static_cast<std::uint64_t>(about.integer("rng_seed")));

  std::unique_ptr<Optimizer> optimizer;
  const auto begin = [&](std::span<const TrainedParameter> parameters, std::int64_t steps) {
    Setup setup = setup_of(parameters, layers, fan_ins);
    setup.steps = static_cast<int>(steps);
    setup.base_rate = base_rate;
    optimizer = make_optimizer(setup, rng);
    if (optimizer == nullptr) throw std::runtime_error("make_optimizer returned no optimizer");
  };
  const auto step = [&](const TrainStep& now, std::span<const TrainedParameter> parameters) {
    optimizer->step(static_cast<int>(now.step), now.scale, matrices_of(parameters));
  };
  train(judge, {.begin = begin, .step = step});
}

}  // namespace mls::host
