// Building blocks of published placements: how often to replicate, how to pack, and the two ways to put them
// together (DeepSeek-AI, "Expert Parallelism Load Balancer", github.com/deepseek-ai/EPLB, 2025). Ties go to
// the lowest index, so that everything is deterministic.
#pragma once

#include <span>
#include <vector>

#include "lib/moe/shared/cluster.hpp"
#include "lib/moe/shared/load_history.hpp"

namespace mls::moe {

/// Mean tokens of each expert over the newest `batches` batches, or all when there are fewer.
[[nodiscard]] std::vector<double> mean_load(const LoadHistory& history, int batches);

/// Replicas of each expert: one, and then one more for the largest load per replica until `slots` are used.
[[nodiscard]] std::vector<int> replicate(std::span<const double> loads, int slots);

/// Puts items into `packs` packs of equally many (packs divides their number); returns each item's pack.
using Packing = std::vector<int> (*)(std::span<const double> weights, int packs);

/// Longest processing time first: heaviest item first, each to the lightest pack that has room.
[[nodiscard]] std::vector<int> pack_longest_first(std::span<const double> weights, int packs);

/// Snake (zigzag): heaviest item first, to packs 0, 1, ... p - 1, p - 1, ... 1, 0, 0, 1, ...
[[nodiscard]] std::vector<int> pack_snake(std::span<const double> weights, int packs);

/// Replicates over all slots and packs the replicas on all devices. Returns [slots] experts.
[[nodiscard]] std::vector<int> place_flat(const Cluster& cluster, std::span<const double> loads,
                                          Packing packing);

/// Packs groups on nodes, replicates within each node, packs a node's replicas on its devices. nodes must
/// divide groups; else as place_flat, which is also what DeepSeek's balancer does.
[[nodiscard]] std::vector<int> place_hierarchical(const Cluster& cluster, std::span<const double> loads,
                                                  Packing packing);

}  // namespace mls::moe
