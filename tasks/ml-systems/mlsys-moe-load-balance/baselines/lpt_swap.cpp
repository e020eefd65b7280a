// Flat longest processing time, refined by swaps. Local search on a list schedule: Finn & Horowitz, "A linear
// time approximation algorithm for multiprocessor scheduling", BIT 19, 1979, there by moves of single jobs;
// devices hold equally many replicas, so that jobs are exchanged.
//
// From flat LPT, the exchange between the fullest device and any other that makes the fuller of the two least
// full, again and again until none helps. From the newest batch, anew every time.
#include <algorithm>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double least_gain = 1e-9;  // of the load, to end where rounding begins

/// Devices filled with replicas.
class Devices {
 public:
  Devices(const moe::Cluster& cluster, std::span<const double> loads, std::vector<int>& placement)
      : per_device_(cluster.slots_per_device()),
        placement_(placement),
        weight_(placement.size()),
        load_(cluster.devices) {
    const std::vector<int> replicas = moe::count_replicas(cluster, placement);
    for (int s = 0; s < slots(); ++s) {
      weight_[s] = loads[placement[s]] / replicas[placement[s]];
      load_[s / per_device_] += weight_[s];
    }
  }

  /// The best exchange of a slot of the fullest device, if it helps.
  bool improve() {
    const int fullest = static_cast<int>(std::max_element(load_.begin(), load_.end()) - load_.begin());
    double best = load_[fullest] * (1 - least_gain);
    int best_own = -1;
    int best_other = -1;
    for (int own = fullest * per_device_; own < (fullest + 1) * per_device_; ++own) {
      for (int other = 0; other < slots(); ++other) {
        const double shift = weight_[own] - weight_[other];
        if (shift <= 0) continue;
        const double fuller = std::max(load_[fullest] - shift, load_[other / per_device_] + shift);
        if (fuller >= best) continue;
        best = fuller;
        best_own = own;
        best_other = other;
      }
    }
    if (best_own < 0) return false;
    exchange(best_own, best_other);
    return true;
  }

 private:
  [[nodiscard]] int slots() const { return static_cast<int>(placement_.size()); }

  void exchange(int a, int b) {
    load_[a / per_device_] += weight_[b] - weight_[a];
    load_[b / per_device_] += weight_[a] - weight_[b];
    std::swap(weight_[a], weight_[b]);
    std::swap(placement_[a], placement_[b]);
  }

  int per_device_;
  std::vector<int>& placement_;
  std::vector<double> weight_;  // of each slot
  std::vector<double> load_;    // of each device
};

class LptSwap final : public Balancer {
 public:
  explicit LptSwap(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement*) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    std::vector<int> placement = moe::place_flat(cluster_, loads, moe::pack_longest_first);
    Devices devices(cluster_, loads, placement);
    while (devices.improve()) {
    }
    return {placement};
  }

 private:
  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<LptSwap>(cluster);
}

}  // namespace mls
