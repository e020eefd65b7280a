// Cores among trials that run at once: whoever has work gets them, and nobody starves.
//
// Theory of operation: trials are many and mostly wait, so none owns a core. Every run of an evaluation, and
// every compilation, takes one and gives it back (evaluate/workers.hpp). A core that is free goes to the
// claim that holds fewest, among those to the one that was served least, among those to whoever asked first:
// no core idles while anybody wants one, and whoever wants as much as others gets as much. Service is counted
// in core seconds as start-time fair queueing does (Goyal, Vin, Cheng 1996): a claim that comes back after a
// pause is level with the others, so that pauses are worth no credit, and work that nobody else wanted costs
// none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "evaluate/workers.hpp"

namespace mls::trial {

class CoreShares {
 public:
  /// Of these cores; at least one.
  explicit CoreShares(std::vector<int> cores) : free_(std::move(cores)) {}

  /// What a claim has and wants, and has had so far.
  struct Use {
    int held = 0;     ///< cores that it has now
    int waiting = 0;  ///< that it would use besides
    double held_s = 0;
    /// By how much longer its work has taken than it would have with the cores to itself: while it has one of
    /// two that it could use, half of the time counts; while it has none, all.
    double delayed_s = 0;
    [[nodiscard]] bool stalled() const { return held == 0 && waiting > 0; }
  };

  /// One trial's claim.
  class Claim final : public evaluate::Cores {
   public:
    /// `changed` is called, on the thread that asks, when there is something new in use(); may be empty.
    explicit Claim(CoreShares& shares, std::function<void()> changed = {})
        : shares_(shares), changed_(std::move(changed)) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    [[nodiscard]] std::optional<int> take(const std::stop_token& stop) override;
    void give_back(int core) override;
    [[nodiscard]] Use use() const;

   private:
    friend class CoreShares;
    using Clock = std::chrono::steady_clock;

    /// Counts what has passed since the last time.
    void settle();
    void tell() const {
      if (changed_) changed_();
    }

    CoreShares& shares_;
    std::function<void()> changed_;
    // Guarded by the mutex of shares_.
    Use use_;
    double served_s_ = 0;  ///< in core seconds, raised to the others' after a pause
    Clock::time_point settled_ = Clock::now();
  };

 private:
  struct Waiter {
    Claim* claim = nullptr;
    std::optional<int> core;
  };

  /// Gives free cores to those who wait. With the mutex held.
  void hand_out();

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any handed_out_;
  std::vector<int> free_;
  std::list<Waiter> waiters_;  ///< in the order in which they came
  double level_s_ = 0;         ///< service of the claim that got the last core
};

}  // namespace mls::trial
