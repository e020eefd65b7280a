// The cheapest of a pool, or no change (SmartMoE). Zhai et al., "SmartMoE: efficiently training
// sparsely-activated models through combining offline and online parallelization", USENIX ATC 2023.
//
// The pool: hierarchical greedy, flat longest processing time, and what is there. Each is rated by the cost
// model (load of the fullest device, crossing nodes, copying weights) with the newest batch for the next
// ones.
#include <limits>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

class SmartMoe final : public Balancer {
 public:
  explicit SmartMoe(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement* previous) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    std::vector<Placement> pool{{moe::place_hierarchical(cluster_, loads, moe::pack_longest_first)},
                                {moe::place_flat(cluster_, loads, moe::pack_longest_first)}};
    if (previous != nullptr) pool.push_back(*previous);
    double least = std::numeric_limits<double>::infinity();
    Placement cheapest;
    for (const Placement& placement : pool) {
      const double cost = cost_of(placement, history.newest(), previous);
      if (cost >= least) continue;
      least = cost;
      cheapest = placement;
    }
    return cheapest;
  }

 private:
  [[nodiscard]] double cost_of(const Placement& placement, std::span<const float> loads,
                               const Placement* previous) const {
    const double batch = moe::batch_excess(cluster_, placement.expert_of_slot, loads);
    if (previous == nullptr) return batch;
    const int moves = moe::count_moves(cluster_, previous->expert_of_slot, placement.expert_of_slot);
    return batch + moe::move_excess(cluster_, moves);
  }

  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<SmartMoe>(cluster);
}

}  // namespace mls
