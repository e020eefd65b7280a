// The benchmark's own "task": measures what a call of a component costs, with a layer that does nothing.
#pragma once

#include "host/torch/prelude.hpp"

torch::Tensor same(const torch::Tensor& x);
