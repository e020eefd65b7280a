// Reading from outside how much CPU time a program inside a sandbox has used, to the nanosecond.
#pragma once

#include <sys/types.h>

#include "sandbox/descriptor.hpp"

namespace mls::sandbox {

/// /proc/PID/schedstat of the program that `outer` (bwrap) starts, once its process exists: its first number
/// is the nanoseconds for which the program has run, exact while it does not run. It tells nothing else that
/// depends on the program but how long and how often it had to wait for its core. Not open when the program
/// does not appear within `within_s`, has ended, or the kernel keeps no such account.
[[nodiscard]] Descriptor open_cpu_clock(pid_t outer, double within_s);

}  // namespace mls::sandbox
