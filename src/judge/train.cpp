#include "judge/train.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mls::judge {
namespace {

std::int64_t size_of(const Shape& shape) {
  std::int64_t size = 1;
  for (const std::int64_t extent : shape) size *= extent;
  return size;
}

void begin(HostLink& host, Trainee& trainee, std::int64_t steps) {
  const std::vector<Parameter> parameters = trainee.parameters();
  Message message("begin");
  std::string roles;
  std::int64_t total = 0;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    message.add("shape" + std::to_string(k), parameters[k].shape);
    roles += (k == 0 ? "" : " ") + parameters[k].role;
    total += size_of(parameters[k].shape);
  }
  const std::span<const float> values = trainee.values();
  if (total != static_cast<std::int64_t>(values.size()))
    throw std::logic_error("the shapes of the parameters do not add up to their values");
  message.set("steps", steps).set("roles", roles).add("values", values);
  (void)host.ask(message, "ready");
}

bool finite(double loss, std::span<const float> gradient) {
  return std::isfinite(loss) &&
         std::all_of(gradient.begin(), gradient.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

Trained train(HostLink& host, Trainee& trainee, const Training& training) {
  begin(host, trainee, training.steps);
  const std::span<float> values = trainee.values();
  std::vector<float> gradient(values.size());
  Trained trained;
  Message message;
  for (std::int64_t step = 0; step < training.steps; ++step) {
    const double loss = trainee.gradient(step, gradient);
    if (!finite(loss, gradient)) {
      trained.diverged = true;
      break;
    }
    trained.losses.push_back(loss);
    message.reset("step");
    message.set("step", step).set("scale", training.scale ? training.scale(step) : 1.0).set("loss", loss);
    message.add("gradient", gradient);
    const auto update =
        host.ask(message, "update").values<float>("update", {static_cast<std::int64_t>(values.size())});
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += update[i];
    ++trained.steps;
  }
  (void)host.ask(Message("finish"), "finished");
  return trained;
}

}  // namespace mls::judge
