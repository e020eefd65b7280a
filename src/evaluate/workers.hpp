// A fixed number of threads, each tied to one core, that work through a list of jobs.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace mls::evaluate {

/// Cores this process may use, fewest first; never empty.
[[nodiscard]] std::vector<int> usable_cores();

/// Cores that others want as well: each piece of work takes one and gives it back.
class Cores {
 public:
  virtual ~Cores() = default;
  /// Waits for one; none when `stop` is requested before.
  [[nodiscard]] virtual std::optional<int> take(const std::stop_token& stop) = 0;
  virtual void give_back(int core) = 0;
};

/// A core for as long as this lives.
class CoreLease {
 public:
  /// Without `cores` it is `own`, and nobody is asked.
  CoreLease(Cores* cores, int own, const std::stop_token& stop)
      : cores_(cores), core_(cores != nullptr ? cores->take(stop) : own) {}
  ~CoreLease() {
    if (cores_ != nullptr && core_) cores_->give_back(*core_);
  }
  CoreLease(const CoreLease&) = delete;
  CoreLease& operator=(const CoreLease&) = delete;

  /// None when waiting for it was stopped.
  [[nodiscard]] std::optional<int> core() const { return core_; }

 private:
  Cores* cores_;
  std::optional<int> core_;
};

/// Calls job(index, core) for 0 ... count - 1 from up to `threads` threads (0 = one per usable core). Returns
/// when all are done; the first exception stops the hand-out of further jobs and is rethrown. `stop` does the
/// same without an exception. With `cores` each job waits for one of them.
void run_jobs(int count, int threads, const std::stop_token& stop,
              const std::function<void(int index, int core)>& job, Cores* cores = nullptr);

}  // namespace mls::evaluate
