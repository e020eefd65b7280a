// Flat zigzag. The "global" policy of DeepSeek-AI, "Expert Parallelism Load Balancer"
// (github.com/deepseek-ai/EPLB, 2025), which ignores groups and nodes, packed by the snake of Cheng et al.,
// "Barbarians at the gate", arXiv:2510.06189, 2025.
//
// Replicas over all slots by largest load per replica, one snake over all devices. From the newest batch,
// anew every time.
#include "surface.hpp"

namespace mls {
namespace {

class FlatZigzag final : public Balancer {
 public:
  explicit FlatZigzag(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement*) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    return {moe::place_flat(cluster_, loads, moe::pack_snake)};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<FlatZigzag>(cluster);
}

}  // namespace mls
