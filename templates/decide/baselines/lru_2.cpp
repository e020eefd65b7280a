// LRU-2: the page whose last but one request is oldest (O'Neil, O'Neil & Weikum 1993).
#include <algorithm>
#include <vector>

#include "surface.hpp"

namespace {

class LeastRecentPair final : public paging::Policy {
 public:
  explicit LeastRecentPair(int pages) : times_(static_cast<std::size_t>(pages), {never, never}) {}

  void requested(int page, std::int64_t time) override { times_[page] = {times_[page].last, time}; }
  int evict(std::span<const int> cached, int) override {
    const auto older = [this](int a, int b) {
      return times_[a].before != times_[b].before ? times_[a].before < times_[b].before
                                                  : times_[a].last < times_[b].last;
    };
    return static_cast<int>(std::min_element(cached.begin(), cached.end(), older) - cached.begin());
  }

 private:
  static constexpr std::int64_t never = -1;
  struct Times {
    std::int64_t before;  ///< of the last but one request
    std::int64_t last;
  };
  std::vector<Times> times_;  // of each page
};

}  // namespace

std::unique_ptr<paging::Policy> paging::make_policy(int, int pages) {
  return std::make_unique<LeastRecentPair>(pages);
}
