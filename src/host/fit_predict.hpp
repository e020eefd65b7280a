// Protocol `fit_predict`, host's side; the wire is described in judge/fit_predict.hpp.
#pragma once

#include <functional>

#include "host/host.hpp"

namespace mls::host {

struct FitPredictHandlers {
  std::function<void(const Message& training)> fit;
  /// Adds the tensor `output` to `predictions`, as a view that lives until the next call.
  std::function<void(const Message& inputs, Message& predictions)> predict;
};

/// Serves the judge until it finishes.
void serve(JudgeLink& judge, const FitPredictHandlers& handlers);

}  // namespace mls::host
