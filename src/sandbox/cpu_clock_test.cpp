#include "sandbox/cpu_clock.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace mls::sandbox {
namespace {

/// Starts processes that end at once, as long as it lives.
class Churn {
 public:
  Churn() : thread_([this] { run(); }) {}
  ~Churn() {
    stop_ = true;
    thread_.join();
  }
  Churn(const Churn&) = delete;
  Churn& operator=(const Churn&) = delete;

 private:
  void run() const {
    while (!stop_) {
      const pid_t child = ::vfork();  // NOLINT(bugprone-unsafe-functions): the fastest way to many processes
      if (child == 0) ::_exit(0);
      ::waitpid(child, nullptr, 0);
    }
  }

  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

TEST(CpuClock, LooksThroughProcessesThatEndMeanwhile) {
  const Churn churn;
  for (int look = 0; look < 20; ++look) EXPECT_EQ(open_cpu_clock(::getpid(), 0.02).get(), -1);
}

}  // namespace
}  // namespace mls::sandbox
