// Precompiled for every method and scaffold of a task with runtime = "torch": tensors, and what host/prelude.hpp
// has.
#pragma once

// clang-format off: libtorch first.
#include "core/torch/prelude.hpp"
#include "host/prelude.hpp"
// clang-format on
