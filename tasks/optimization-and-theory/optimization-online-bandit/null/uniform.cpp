// Null method: a random arm in every round.
#include "surface.hpp"

namespace mls {
namespace {

class Null final : public Policy {
 public:
  Null(const Info& info, Rng& rng) : arms_(static_cast<std::uint64_t>(info.arms)), rng_(rng) {}
  int choose(int, std::span<const double>) override { return static_cast<int>(rng_.below(arms_)); }
  void update(int, double) override {}

 private:
  std::uint64_t arms_;
  Rng& rng_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng& rng) { return std::make_unique<Null>(info, rng); }

}  // namespace mls
