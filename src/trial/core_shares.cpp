#include "trial/core_shares.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace mls::trial {

void CoreShares::Claim::settle() {
  const auto now = Clock::now();
  const double passed_s = std::chrono::duration<double>(now - settled_).count();
  settled_ = now;
  const int wanted = use_.held + use_.waiting;
  use_.held_s += passed_s * use_.held;
  served_s_ += passed_s * use_.held;
  if (wanted > 0) use_.delayed_s += passed_s * use_.waiting / wanted;
}

CoreShares::Use CoreShares::Claim::use() const {
  const std::scoped_lock lock(shares_.mutex_);
  Use now = use_;
  const double passed_s = std::chrono::duration<double>(Clock::now() - settled_).count();
  now.held_s += passed_s * now.held;
  if (now.held + now.waiting > 0) now.delayed_s += passed_s * now.waiting / (now.held + now.waiting);
  return now;
}

std::optional<int> CoreShares::Claim::take(const std::stop_token& stop) {
  std::optional<int> core;
  if (stop.stop_requested()) return core;
  {
    std::unique_lock lock(shares_.mutex_);
    settle();
    if (use_.held + use_.waiting == 0) served_s_ = std::max(served_s_, shares_.level_s_);
    ++use_.waiting;
    const auto waiter = shares_.waiters_.insert(shares_.waiters_.end(), {this, std::nullopt});
    shares_.hand_out();
    if (!waiter->core) {
      lock.unlock();
      tell();
      lock.lock();
      shares_.handed_out_.wait(lock, stop, [&] { return waiter->core.has_value(); });
    }
    core = waiter->core;
    if (!core) {
      settle();
      --use_.waiting;
    }
    shares_.waiters_.erase(waiter);
  }
  tell();
  return core;
}

void CoreShares::Claim::give_back(int core) {
  const std::scoped_lock lock(shares_.mutex_);
  settle();
  --use_.held;
  shares_.free_.push_back(core);
  shares_.hand_out();
}

void CoreShares::hand_out() {
  const auto rank = [](const Waiter& waiter) {
    return std::tuple(waiter.core.has_value(), waiter.claim->use_.held, waiter.claim->served_s_);
  };
  bool any = false;
  for (const Waiter& waiter : waiters_) waiter.claim->settle();
  while (!free_.empty()) {
    const auto next = std::ranges::min_element(waiters_, {}, rank);  // the first of equals came first
    if (next == waiters_.end() || next->core) break;
    next->core = free_.back();
    free_.pop_back();
    Claim& claim = *next->claim;
    ++claim.use_.held;
    --claim.use_.waiting;
    level_s_ = std::max(level_s_, claim.served_s_);
    any = true;
  }
  if (any) handed_out_.notify_all();
}

}  // namespace mls::trial
