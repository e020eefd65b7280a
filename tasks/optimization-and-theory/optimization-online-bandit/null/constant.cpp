// Null method: the same arm in every round.
#include "surface.hpp"

namespace mls {
namespace {

class Null final : public Policy {
 public:
  int choose(int, std::span<const double>) override { return 0; }
  void update(int, double) override {}
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info&, Rng&) { return std::make_unique<Null>(); }

}  // namespace mls
