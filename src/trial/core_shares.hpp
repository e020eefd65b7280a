// Cores among trials that run at once: each has its own, so that none starves another.
#pragma once

#include <mutex>
#include <set>
#include <vector>

namespace mls::trial {

class CoreShares {
 public:
  /// Of these cores; at least one.
  explicit CoreShares(std::vector<int> cores) : cores_(std::move(cores)) {}

  /// One trial's claim, as long as it lives.
  class Claim {
   public:
    explicit Claim(CoreShares& shares) : shares_(shares), number_(shares.enter()) {}
    ~Claim() { shares_.leave(number_); }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    /// The cores that are its part now: no two claims share one unless there are more claims than cores, and
    /// none is left over.
    [[nodiscard]] std::vector<int> cores() const { return shares_.part_of(number_); }
    /// Ties the calling thread, and what it starts from now on, to these cores.
    void tie_thread() const;

   private:
    CoreShares& shares_;
    int number_;
  };

 private:
  int enter();
  void leave(int number);
  [[nodiscard]] std::vector<int> part_of(int number);

  std::vector<int> cores_;
  std::mutex mutex_;  // guards what follows
  std::set<int> claims_;
  int next_ = 0;
};

}  // namespace mls::trial
