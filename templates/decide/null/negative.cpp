// Null method: a negative slot.
#include "surface.hpp"

namespace {

class Null final : public paging::Policy {
 public:
  void requested(int, std::int64_t) override {}
  int evict(std::span<const int>, int) override { return -1; }
};

}  // namespace

std::unique_ptr<paging::Policy> paging::make_policy(int, int) { return std::make_unique<Null>(); }
