#include "evaluate/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace mls::evaluate {
namespace {

TEST(Workers, DoEveryJobOnce) {
  std::vector<std::atomic<int>> done(500);
  run_jobs(500, 4, {}, [&](int index, int) { ++done[static_cast<std::size_t>(index)]; });
  for (const auto& count : done) EXPECT_EQ(count, 1);
}

TEST(Workers, TheFirstFailureEndsTheWorkAndIsTold) {
  constexpr int others = 50;
  std::atomic<int> started = 0;
  // Jobs take longer than a thread may be kept waiting for its first one.
  EXPECT_THROW(run_jobs(others, 2, {},
                        [&](int index, int) {
                          ++started;
                          if (index == 1) throw std::runtime_error("job 1");
                          std::this_thread::sleep_for(std::chrono::milliseconds(20));
                        }),
               std::runtime_error);
  EXPECT_LT(started, others);
}

TEST(Workers, StopWhenAsked) {
  std::stop_source stop;
  std::atomic<int> started = 0;
  run_jobs(1000, 2, stop.get_token(), [&](int, int) {
    if (++started == 5) stop.request_stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  EXPECT_LT(started, 1000);
}

TEST(Workers, NothingToDoIsFine) {
  run_jobs(0, 0, {}, [](int, int) { FAIL(); });
}

}  // namespace
}  // namespace mls::evaluate
