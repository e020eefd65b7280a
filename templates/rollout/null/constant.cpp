// Null method: always the same arm.
#include "surface.hpp"

namespace {

class Null : public bandit::Policy {
 public:
  int choose() override { return 0; }
  void learn(int, double) override {}
};

}  // namespace

std::unique_ptr<bandit::Policy> bandit::make_policy(int, int, const mls::Rng&) {
  return std::make_unique<Null>();
}
