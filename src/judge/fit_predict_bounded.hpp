// Protocol `fit_predict`, bounded variant, judge's side: the host learns in one process and answers in
// another one, which knows of the training data only what fits into a given number of bytes. Host's side:
// host/fit_predict_bounded.hpp.
//
// On the wire: `fit` (training tensors, integer `capacity`) -> `fitted` with one tensor `model` u8 [n], n <=
// capacity. That process is killed. To a fresh one: `load` (tensor `model`, u8 [n]) -> `loaded`; then
// `predict` and `finish` as in judge/fit_predict.hpp. Nothing else of what the first process said reaches the
// second.
#pragma once

#include <cstdint>

#include "judge/fit_predict.hpp"
#include "judge/task.hpp"

namespace mls::judge {

/// Trains in the present host, takes its model of at most `capacity` bytes (else invalid_output), and hands
/// it to a fresh host, which run.host then speaks to. `training` is a message of kind "fit"; `load` one of
/// kind "load", with whatever the second process must know besides the model (sizes, a seed): nothing of it
/// may come from the training data. Returns the bytes carried.
std::int64_t fit_and_carry(Run& run, Message training, Message load, std::int64_t capacity);

}  // namespace mls::judge
