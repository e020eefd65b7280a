// Null method: a random order of experts every time.
#include "surface.hpp"

namespace mls {
namespace {

class Null final : public Balancer {
 public:
  Null(const moe::Cluster& cluster, Rng& rng) : cluster_(cluster), rng_(rng) {}

  Placement place(int, const moe::LoadHistory&, const Placement*) override {
    std::vector<int> placement(cluster_.slots);
    for (int s = 0; s < cluster_.slots; ++s) placement[s] = s % cluster_.experts;
    rng_.shuffle(std::span(placement));
    return {placement};
  }

 private:
  moe::Cluster cluster_;
  Rng& rng_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng& rng) {
  return std::make_unique<Null>(cluster, rng);
}

}  // namespace mls
