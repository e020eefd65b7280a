// Where the experts of a mixture-of-experts layer live, and what serving a batch from there costs.
//
// Device d owns slots d * slots_per_device() ... ; a slot holds the weights of one expert, called a replica
// of it. A token goes to each replica of its expert equally often. Node n owns devices n * devices_per_node()
// ... Experts are divided into groups of neighbours: g owns experts g * experts_per_group() ...
#pragma once

#include <span>
#include <vector>

namespace mls::moe {

/// devices divides slots, nodes divides devices, groups divides experts; slots >= experts.
struct Cluster {
  int experts = 0;
  int groups = 0;
  int nodes = 0;
  int devices = 0;
  int slots = 0;
  int interval = 0;      ///< batches served before experts are placed again
  double move_cost = 0;  ///< copying one expert's weights to a device, in device-batches of mean load
  double node_cost = 0;  ///< of all tokens crossing to one more node, in batches of mean load

  [[nodiscard]] int slots_per_device() const { return slots / devices; }
  [[nodiscard]] int devices_per_node() const { return devices / nodes; }
  [[nodiscard]] int slots_per_node() const { return slots / nodes; }
  [[nodiscard]] int experts_per_group() const { return experts / groups; }
};

/// Placements below are [slots] experts, each in 0 ... experts - 1, and every expert occurs; loads are
/// [experts] tokens, none negative, with a positive sum.

/// Replicas of each expert. An expert that does not occur has 0.
[[nodiscard]] std::vector<int> count_replicas(const Cluster& cluster, std::span<const int> placement);

/// Tokens that each device gets.
[[nodiscard]] std::vector<double> device_loads(const Cluster& cluster, std::span<const int> placement,
                                               std::span<const float> loads);

/// Largest over mean device load, minus 1: what waiting for the fullest device adds to a batch.
[[nodiscard]] double imbalance(const Cluster& cluster, std::span<const int> placement,
                               std::span<const float> loads);

/// Sum over groups of (share of the tokens that go to the group) * (nodes that hold any of it - 1): a router
/// that picks groups first sends a token to every node that may hold its experts.
[[nodiscard]] double spread(const Cluster& cluster, std::span<const int> placement,
                            std::span<const float> loads);

/// Weights to copy: pairs of expert and device in `placement` that are not in `previous`.
[[nodiscard]] int count_moves(const Cluster& cluster, std::span<const int> previous,
                              std::span<const int> placement);

/// What serving one batch costs beyond a perfectly balanced one: imbalance + node_cost * spread.
[[nodiscard]] double batch_excess(const Cluster& cluster, std::span<const int> placement,
                                  std::span<const float> loads);

/// What `moves` cost, as a share of each of the `interval` batches that follow: move_cost * moves / (devices
/// * interval).
[[nodiscard]] double move_excess(const Cluster& cluster, int moves);

}  // namespace mls::moe
