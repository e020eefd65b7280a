// The system call filter of an agent's sandbox, compiled for the kernel.
#pragma once

#include "sandbox/descriptor.hpp"

namespace mls::sandbox {

/// A file in memory with the filter, at its beginning, as `bwrap --seccomp` reads it. Throws infrastructure.
[[nodiscard]] Descriptor agent_filter();

}  // namespace mls::sandbox
