// What a method implements: a balancer for the experts of one cluster. Read-only.
#pragma once

#include <memory>
#include <vector>

#include "core/rng.hpp"
#include "lib/moe/host/packing.hpp"         // offered: replicating, packing, hierarchical and flat placement
#include "lib/moe/shared/cluster.hpp"       // Cluster; offered: the judge's own costs of a placement
#include "lib/moe/shared/load_history.hpp"  // LoadHistory

namespace mls {

/// Slot s is on device s / cluster.slots_per_device().
struct Placement {
  std::vector<int> expert_of_slot;  ///< [slots], each in 0 ... experts - 1; every expert occurs
};

/// Balances all layers of one model through one stretch of traffic. Several are run side by side, one object
/// each; their traffic is drawn independently, and they must not share anything (no static or global
/// variables).
class Balancer {
 public:
  virtual ~Balancer() = default;

  /// Called for layers 0, 1, ... in turn, then again for layer 0 when `interval` more batches have been
  /// served. `history` holds the newest batches up to now (the same number in every call), valid during the
  /// call; `previous` is what was placed for this layer before, null at first. A placement that breaks the
  /// rules above ends the run as invalid output.
  virtual Placement place(int layer, const moe::LoadHistory& history, const Placement* previous) = 0;
};

/// Makes the balancer of one model with `layers` layers. `rng` is its own, outlives it, and is the only
/// source of randomness allowed.
std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int layers, Rng& rng);

}  // namespace mls
