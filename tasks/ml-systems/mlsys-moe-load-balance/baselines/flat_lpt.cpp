// Flat longest processing time. The "global" policy of DeepSeek-AI, "Expert Parallelism Load Balancer"
// (github.com/deepseek-ai/EPLB, 2025); the packing rule is that of Graham, "Bounds on multiprocessing timing
// anomalies", SIAM J. Appl. Math. 17, 1969, with as many items to every device.
//
// Replicas over all slots by largest load per replica; heaviest replica first, each to the lightest device
// that has room. From the newest batch, anew every time.
#include "surface.hpp"

namespace mls {
namespace {

class FlatLpt final : public Balancer {
 public:
  explicit FlatLpt(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement*) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    return {moe::place_flat(cluster_, loads, moe::pack_longest_first)};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<FlatLpt>(cluster);
}

}  // namespace mls
