// Protocol `compute`, host's side; the wire is described in judge/compute.hpp.
#pragma once

#include <functional>

#include "host/host.hpp"

namespace mls::host {

/// Computes one call. Tensors of `inputs` are f32, start at a multiple of 64 bytes, and are followed by 64
/// not-a-numbers, so that reading beyond an end shows. Both messages' tensors must stay where they are until
/// the function is called again.
using Compute = std::function<void(const Message& inputs, Message& output)>;

/// Answers calls until the judge ends them.
void serve(JudgeLink& judge, const Compute& compute);

}  // namespace mls::host
