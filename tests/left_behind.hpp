// What a process leaves running when it ends or is killed.
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <thread>

namespace mls {

/// While one lives, whatever outlives its parents becomes a child of this process, so that nothing can hide.
class LeftBehind {
 public:
  LeftBehind() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~LeftBehind() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
  LeftBehind(const LeftBehind&) = delete;
  LeftBehind& operator=(const LeftBehind&) = delete;

  /// Waits until every child is gone; false when some are still there after ten seconds.
  [[nodiscard]] static bool nothing() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < until) {
      const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
      if (reaped < 0) return true;
      if (reaped == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }
};

}  // namespace mls
