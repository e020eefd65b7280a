// Least frequently used, counted from the start (Aho, Denning & Ullman 1971).
#include <algorithm>
#include <vector>

#include "surface.hpp"

namespace {

class LeastFrequent final : public paging::Policy {
 public:
  explicit LeastFrequent(int pages) : count_(static_cast<std::size_t>(pages)) {}

  void requested(int page, std::int64_t) override { ++count_[page]; }
  int evict(std::span<const int> cached, int) override {
    const auto rarer = [this](int a, int b) { return count_[a] < count_[b]; };
    return static_cast<int>(std::min_element(cached.begin(), cached.end(), rarer) - cached.begin());
  }

 private:
  std::vector<std::int64_t> count_;  // requests of each page
};

}  // namespace

std::unique_ptr<paging::Policy> paging::make_policy(int, int pages) {
  return std::make_unique<LeastFrequent>(pages);
}
