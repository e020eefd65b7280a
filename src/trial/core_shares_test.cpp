#include "trial/core_shares.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace mls::trial {
namespace {

using Claim = CoreShares::Claim;

constexpr std::chrono::milliseconds moment{2};

/// A thread that waits for a core and then tells.
class Taker {
 public:
  explicit Taker(Claim& claim)
      : thread_([this, &claim](const std::stop_token& stop) { core_ = claim.take(stop).value_or(-1); }) {
    while (claim.use().waiting == 0 && core_ == none) std::this_thread::sleep_for(moment);
  }
  bool has_core() const { return core_ >= 0; }
  int awaited() {
    thread_.join();
    return core_;
  }
  int stopped() {
    thread_.request_stop();
    return awaited();
  }

 private:
  static constexpr int none = -2;
  std::atomic<int> core_ = none;
  std::jthread thread_;
};

TEST(CoreShares, OneAloneGetsAllAndTheyAreUsedAgain) {
  CoreShares shares({3, 5});
  Claim claim(shares);
  const int first = claim.take({}).value();
  const int second = claim.take({}).value();
  EXPECT_EQ(first + second, 8);
  EXPECT_EQ(claim.use().held, 2);
  claim.give_back(first);
  EXPECT_EQ(claim.take({}).value(), first);
}

TEST(CoreShares, WhoHoldsNoneComesBeforeWhoHoldsOne) {
  CoreShares shares({0, 1});
  Claim greedy(shares);
  Claim late(shares);
  const int first = greedy.take({}).value();
  const int second = greedy.take({}).value();
  Taker third(greedy);
  Taker other(late);
  greedy.give_back(first);
  EXPECT_EQ(other.awaited(), first);
  EXPECT_FALSE(third.has_core());
  greedy.give_back(second);
  EXPECT_EQ(third.awaited(), second);
}

TEST(CoreShares, WhoWasServedLessComesFirst) {
  CoreShares shares({0});
  Claim busy(shares);
  Claim other(shares);
  Claim third(shares);
  // Somebody waits all the time, so that nobody is levelled up by a pause.
  const int core = busy.take({}).value();
  Taker of_other(other);
  std::this_thread::sleep_for(10 * moment);
  Taker busy_again(busy);
  Taker of_third(third);
  busy.give_back(core);
  EXPECT_EQ(of_other.awaited(), core);
  EXPECT_FALSE(of_third.has_core());
  other.give_back(core);
  EXPECT_EQ(of_third.awaited(), core) << "asked later than the one that has had more";
  EXPECT_FALSE(busy_again.has_core());
  third.give_back(core);
  EXPECT_EQ(busy_again.awaited(), core);
}

TEST(CoreShares, APauseIsWorthNoCredit) {
  CoreShares shares({0});
  Claim busy(shares);
  Claim idle(shares);
  busy.give_back(busy.take({}).value());
  const int core = busy.take({}).value();
  std::this_thread::sleep_for(20 * moment);
  Taker again(busy);
  busy.give_back(core);  // goes to `again`, whose service raises the level
  ASSERT_EQ(again.awaited(), core);
  // Though it has had nothing so far, it waits its turn only once: then both have the same claim.
  Taker first(idle);
  Taker more(busy);
  busy.give_back(core);
  ASSERT_EQ(first.awaited(), core);
  while (idle.use().held_s < busy.use().held_s) std::this_thread::sleep_for(moment);
  Taker second(idle);
  idle.give_back(core);
  EXPECT_EQ(more.awaited(), core) << "not twice in a row";
  EXPECT_FALSE(second.has_core());
  busy.give_back(core);
  EXPECT_EQ(second.awaited(), core);
}

TEST(CoreShares, WhoeverIsStoppedLeavesTheQueue) {
  CoreShares shares({0});
  Claim claim(shares);
  Claim other(shares);
  const int core = claim.take({}).value();
  Taker waiting(other);
  EXPECT_TRUE(other.use().stalled());
  EXPECT_EQ(waiting.stopped(), -1);
  EXPECT_FALSE(other.use().stalled());
  claim.give_back(core);
  EXPECT_EQ(claim.take({}).value(), core);
}

TEST(CoreShares, DelayIsWhatOthersTook) {
  CoreShares shares({0});
  Claim claim(shares);
  Claim other(shares);
  const int core = claim.take({}).value();
  std::this_thread::sleep_for(5 * moment);
  EXPECT_LT(claim.use().delayed_s, 0.1 * claim.use().held_s) << "nobody was in its way";
  const double held_before = claim.use().held_s;
  Taker waiting(other);
  std::this_thread::sleep_for(5 * moment);
  const double delay = other.use().delayed_s;
  EXPECT_GT(delay, 0);
  claim.give_back(core);
  ASSERT_EQ(waiting.awaited(), core);
  EXPECT_GT(claim.use().held_s, held_before + delay * 0.99);
  EXPECT_GE(other.use().delayed_s, delay);
  const double afterwards = other.use().delayed_s;
  std::this_thread::sleep_for(2 * moment);
  EXPECT_EQ(other.use().delayed_s, afterwards) << "it has all that it wants";
}

/// Eight trials with work of different lengths, as many threads each as there are cores.
TEST(CoreShares, ManyShareAlikeAndNoCoreIdles) {
  constexpr int trials = 8;
  CoreShares shares({0, 1});
  std::vector<std::unique_ptr<Claim>> claims;
  for (int i = 0; i < trials; ++i) claims.push_back(std::make_unique<Claim>(shares));
  std::atomic<int> held = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2 * trials; ++i) {
      threads.emplace_back([&, i](const std::stop_token& stop) {
        Claim& claim = *claims[static_cast<std::size_t>(i / 2)];
        while (const auto core = claim.take(stop)) {
          most = std::max<int>(most, ++held);
          std::this_thread::sleep_for((1 + i / 2) * moment);  // long and short runs
          --held;
          claim.give_back(*core);
        }
      });
    }
    const auto begun = std::chrono::steady_clock::now();
    std::vector<double> before;
    for (const auto& claim : claims) before.push_back(claim->use().held_s);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    double all = 0;
    double least = 1e9;
    double largest = 0;
    for (int i = 0; i < trials; ++i) {
      const double share =
          claims[static_cast<std::size_t>(i)]->use().held_s - before[static_cast<std::size_t>(i)];
      all += share;
      least = std::min(least, share);
      largest = std::max(largest, share);
    }
    const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    EXPECT_GT(least / largest, 0.6) << "the same service for all, whether their runs are long or short";
    EXPECT_GT(all / (2 * passed), 0.85) << "both cores are held all the time";
  }
  EXPECT_EQ(most, 2) << "never more than there are";
}

}  // namespace
}  // namespace mls::trial
