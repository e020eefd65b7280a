// A fixed number of threads, each tied to one core, that work through a list of jobs.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

namespace mls::evaluate {

/// Cores this process may use, fewest first; never empty.
[[nodiscard]] std::vector<int> usable_cores();

/// Calls job(index, core) for 0 ... count - 1 from up to `threads` threads (0 = one per usable core). Returns
/// when all are done; the first exception stops the hand-out of further jobs and is rethrown. `stop` does the
/// same without an exception.
void run_jobs(int count, int threads, const std::stop_token& stop,
              const std::function<void(int index, int core)>& job);

}  // namespace mls::evaluate
