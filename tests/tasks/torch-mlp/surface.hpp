// A test's "task": learn a curve with libtorch.
#pragma once

#include "host/torch/prelude.hpp"

/// Learns y from x, both [count, 1], and returns what it says of `asked`, [count, 1].
torch::Tensor fit_and_predict(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& asked);
