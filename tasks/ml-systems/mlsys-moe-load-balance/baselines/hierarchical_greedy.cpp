// Hierarchical greedy. DeepSeek-AI, "Expert Parallelism Load Balancer", github.com/deepseek-ai/EPLB, 2025;
// the balancer of "DeepSeek-V3 technical report", arXiv:2412.19437, 2024.
//
// Groups to nodes, replicas within a node by largest load per replica, replicas to devices; both packings put
// the heaviest item into the lightest pack that has room. From the newest batch, anew every time.
#include "surface.hpp"

namespace mls {
namespace {

class HierarchicalGreedy final : public Balancer {
 public:
  explicit HierarchicalGreedy(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement*) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    return {moe::place_hierarchical(cluster_, loads, moe::pack_longest_first)};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<HierarchicalGreedy>(cluster);
}

}  // namespace mls
