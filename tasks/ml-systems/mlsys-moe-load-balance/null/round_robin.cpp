// Null method: experts in turn, whatever their load, and never a change.
#include "surface.hpp"

namespace mls {
namespace {

class Null final : public Balancer {
 public:
  explicit Null(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory&, const Placement*) override {
    std::vector<int> placement(cluster_.slots);
    for (int s = 0; s < cluster_.slots; ++s) placement[s] = s % cluster_.experts;
    return {placement};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<Null>(cluster);
}

}  // namespace mls
