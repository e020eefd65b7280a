// Hierarchical zigzag. The structure of DeepSeek-AI, "Expert Parallelism Load Balancer"
// (github.com/deepseek-ai/EPLB, 2025), packed by the snake that replaced its greedy loops in Cheng et al.,
// "Barbarians at the gate: how AI is upending systems research", arXiv:2510.06189, 2025.
//
// Groups to nodes by snake, replicas within a node by largest load per replica, replicas to devices by snake;
// from the newest batch, anew every time.
#include "surface.hpp"

namespace mls {
namespace {

class HierarchicalZigzag final : public Balancer {
 public:
  explicit HierarchicalZigzag(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement*) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    return {moe::place_hierarchical(cluster_, loads, moe::pack_snake)};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<HierarchicalZigzag>(cluster);
}

}  // namespace mls
