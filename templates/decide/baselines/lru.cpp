// Least recently used (Mattson, Gecsei, Slutz & Traiger 1970).
#include <algorithm>
#include <vector>

#include "surface.hpp"

namespace {

class LeastRecent final : public paging::Policy {
 public:
  explicit LeastRecent(int pages) : last_(static_cast<std::size_t>(pages)) {}

  void requested(int page, std::int64_t time) override { last_[page] = time; }
  int evict(std::span<const int> cached, int) override {
    const auto older = [this](int a, int b) { return last_[a] < last_[b]; };
    return static_cast<int>(std::min_element(cached.begin(), cached.end(), older) - cached.begin());
  }

 private:
  std::vector<std::int64_t> last_;  // request of each page
};

}  // namespace

std::unique_ptr<paging::Policy> paging::make_policy(int, int pages) {
  return std::make_unique<LeastRecent>(pages);
}
