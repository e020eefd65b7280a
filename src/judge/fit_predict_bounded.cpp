#include "judge/fit_predict_bounded.hpp"

#include <string>
#include <vector>

#include "judge/capacity.hpp"

namespace mls::judge {
namespace {

/// A copy, because the message it came in ends with the process that sent it.
std::vector<std::uint8_t> model_of(const Message& fitted, std::int64_t capacity) {
  const auto model = fitted.values<std::uint8_t>("model");
  if (static_cast<std::int64_t>(model.size()) > capacity) {
    throw invalid_output("the model holds " + std::to_string(model.size()) + " bytes; at most " +
                         std::to_string(capacity) + " can be carried to the process that predicts");
  }
  return {model.begin(), model.end()};
}

}  // namespace

std::int64_t fit_and_carry(Run& run, Message training, Message load, std::int64_t capacity) {
  capacity = granted_bytes(capacity);
  training.set("capacity", capacity);
  const std::vector<std::uint8_t> model = model_of(run.host.ask(training, "fitted"), capacity);
  run.fresh_host();
  load.add("model", model);
  (void)run.host.ask(load, "loaded");
  return static_cast<std::int64_t>(model.size());
}

}  // namespace mls::judge
