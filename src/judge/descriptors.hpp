// What `mls` and a judge program agree on: the numbers of the descriptors that a judge is started with.
#pragma once

namespace mls::judge {

inline constexpr int order_descriptor = 3;   ///< read to its end: the order, JSON
inline constexpr int result_descriptor = 4;  ///< written: the result
/// Of `run` only: one stream socket for each host that the run may use, one after the other. Beyond the
/// first, a host is started when the judge asks for it.
inline constexpr int first_host_descriptor = 5;
inline constexpr int most_hosts = 3;
/// Of `run` only: the judge writes one byte to have the present host ended and the next one started.
inline constexpr int request_descriptor = first_host_descriptor + most_hosts;

}  // namespace mls::judge
