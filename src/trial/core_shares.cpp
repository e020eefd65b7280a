#include "trial/core_shares.hpp"

#include <sched.h>

#include <algorithm>
#include <iterator>

namespace mls::trial {

int CoreShares::enter() {
  const std::scoped_lock lock(mutex_);
  claims_.insert(next_);
  return next_++;
}

void CoreShares::leave(int number) {
  const std::scoped_lock lock(mutex_);
  claims_.erase(number);
}

std::vector<int> CoreShares::part_of(int number) {
  const std::scoped_lock lock(mutex_);
  const auto rank = static_cast<std::size_t>(std::distance(claims_.begin(), claims_.find(number)));
  const std::size_t parts = std::min(claims_.size(), cores_.size());
  std::vector<int> part;
  for (std::size_t i = rank % parts; i < cores_.size(); i += parts) part.push_back(cores_[i]);
  return part;
}

void CoreShares::Claim::tie_thread() const {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores()) CPU_SET(core, &set);
  // Nothing depends on it but speed.
  (void)::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace mls::trial
