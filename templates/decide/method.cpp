// First in, first out (Belady 1966).
#include "surface.hpp"

namespace {

class FirstIn final : public paging::Policy {
 public:
  void requested(int, std::int64_t) override {}
  /// Slots are filled in turn, so that they grow old in turn.
  int evict(std::span<const int> cached, int) override { return next_++ % static_cast<int>(cached.size()); }

 private:
  int next_ = 0;
};

}  // namespace

std::unique_ptr<paging::Policy> paging::make_policy(int, int) { return std::make_unique<FirstIn>(); }
