// Protocol `fit_predict`, bounded variant, host's side; the wire is described in
// judge/fit_predict_bounded.hpp. `fit` is called in one process, `load` and `predict` in another.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/host.hpp"

namespace mls::host {

struct BoundedFitPredictHandlers {
  /// Learns and returns all that the predicting process shall know: at most training.integer("capacity")
  /// bytes.
  std::function<std::vector<std::uint8_t>(const Message& training)> fit;
  /// `model` is what `fit` returned, in another process; `message` also holds what the task sends along.
  std::function<void(const Message& message, std::span<const std::uint8_t> model)> load;
  /// Adds the tensor `output` to `predictions`, as a view that lives until the next call.
  std::function<void(const Message& inputs, Message& predictions)> predict;
};

/// Serves the judge until it finishes.
void serve(JudgeLink& judge, const BoundedFitPredictHandlers& handlers);

}  // namespace mls::host
