// Protocol `fit_predict`, judge's side: the host learns from what it is sent, then answers for inputs without
// targets. Host's side: host/fit_predict.hpp.
//
// On the wire: `fit` (training tensors) -> `fitted`; then any number of `predict` (inputs) -> `predictions`
// with one tensor `output`. The judge ends the conversation with `finish` -> `finished`.
#pragma once

#include <span>

#include "judge/task.hpp"

namespace mls::judge {

/// `training` is a message of kind "fit".
void fit(HostLink& host, const Message& training);

/// `inputs` is a message of kind "predict". The predictions must have exactly this dtype and shape and be
/// finite; they stay valid until the next exchange.
template <typename T>
[[nodiscard]] std::span<const T> predict(HostLink& host, const Message& inputs, const Shape& shape) {
  return host.ask(inputs, "predictions").template values<T>("output", shape);
}

void finish(HostLink& host);

}  // namespace mls::judge
