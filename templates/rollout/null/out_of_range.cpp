// Null method: an arm that does not exist.
#include "surface.hpp"

namespace {

class Null : public bandit::Policy {
 public:
  int choose() override { return -1; }
  void learn(int, double) override {}
};

}  // namespace

std::unique_ptr<bandit::Policy> bandit::make_policy(int, int, const mls::Rng&) {
  return std::make_unique<Null>();
}
