// The CPU time that the host has used, read by the judge itself.
#pragma once

#include <functional>

#include "judge/descriptors.hpp"

namespace mls::judge {

/// Of `run` in tasks of protocol compute: /proc/PID/schedstat of the host (sandbox/cpu_clock.hpp).
inline constexpr int host_clock_descriptor = request_descriptor + 1;

/// Seconds of CPU time. Throws ChannelClosed when the host is gone, std::runtime_error when there is no such
/// clock.
using HostClock = std::function<double()>;
[[nodiscard]] HostClock host_clock(int descriptor = host_clock_descriptor);

}  // namespace mls::judge
