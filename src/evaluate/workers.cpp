#include "evaluate/workers.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace mls::evaluate {

std::vector<int> usable_cores() {
  std::vector<int> cores;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &set)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return cores;
}

void run_jobs(int count, int threads, const std::stop_token& stop, const std::function<void(int, int)>& job,
              Cores* cores) {
  const std::vector<int> own = usable_cores();
  const int wanted = threads > 0 ? threads : static_cast<int>(own.size());
  std::atomic<int> next = 0;
  std::atomic<bool> failed = false;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&](int core) {
    while (!failed && !stop.stop_requested()) {
      const int index = next++;
      if (index >= count) return;
      try {
        const CoreLease lease(cores, core, stop);
        if (!lease.core()) return;
        job(index, *lease.core());
      } catch (...) {
        const std::scoped_lock lock(failure_mutex);
        if (!failed.exchange(true)) failure = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < std::min(wanted, count); ++i) {
      workers.emplace_back(work, own[static_cast<std::size_t>(i) % own.size()]);
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace mls::evaluate
