#include "lib/moe/shared/cluster.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace mls::moe {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// [rows][experts]: does the row's stretch of `stretch` slots hold the expert?
std::vector<char> held(const Cluster& cluster, std::span<const int> placement, int stretch) {
  std::vector<char> held(at(cluster.slots / stretch * cluster.experts));
  for (int s = 0; s < cluster.slots; ++s) held[at(s / stretch * cluster.experts + placement[at(s)])] = 1;
  return held;
}

}  // namespace

std::vector<int> count_replicas(const Cluster& cluster, std::span<const int> placement) {
  std::vector<int> replicas(at(cluster.experts));
  for (const int expert : placement) ++replicas[at(expert)];
  return replicas;
}

std::vector<double> device_loads(const Cluster& cluster, std::span<const int> placement,
                                 std::span<const float> loads) {
  const std::vector<int> replicas = count_replicas(cluster, placement);
  std::vector<double> on_device(at(cluster.devices));
  for (int s = 0; s < cluster.slots; ++s) {
    const int expert = placement[at(s)];
    on_device[at(s / cluster.slots_per_device())] += double{loads[at(expert)]} / replicas[at(expert)];
  }
  return on_device;
}

double imbalance(const Cluster& cluster, std::span<const int> placement, std::span<const float> loads) {
  const std::vector<double> on_device = device_loads(cluster, placement, loads);
  const double total = std::accumulate(on_device.begin(), on_device.end(), 0.0);
  return *std::max_element(on_device.begin(), on_device.end()) * cluster.devices / total - 1;
}

double spread(const Cluster& cluster, std::span<const int> placement, std::span<const float> loads) {
  const std::vector<char> on_node = held(cluster, placement, cluster.slots_per_node());
  const int size = cluster.experts_per_group();
  double weighted = 0;
  double total = 0;
  for (int g = 0; g < cluster.groups; ++g) {
    const auto group = loads.subspan(at(g * size), at(size));
    const double load = std::accumulate(group.begin(), group.end(), 0.0);
    int nodes = 0;
    for (int n = 0; n < cluster.nodes; ++n) {
      const auto first =
          on_node.begin() + static_cast<std::ptrdiff_t>(at(n) * at(cluster.experts) + at(g * size));
      nodes += std::find(first, first + size, 1) != first + size ? 1 : 0;
    }
    weighted += load * (nodes - 1);
    total += load;
  }
  return weighted / total;
}

int count_moves(const Cluster& cluster, std::span<const int> previous, std::span<const int> placement) {
  const std::vector<char> before = held(cluster, previous, cluster.slots_per_device());
  const std::vector<char> after = held(cluster, placement, cluster.slots_per_device());
  int moves = 0;
  for (std::size_t i = 0; i < after.size(); ++i) moves += after[i] > before[i] ? 1 : 0;
  return moves;
}

double batch_excess(const Cluster& cluster, std::span<const int> placement, std::span<const float> loads) {
  const double crossing = cluster.node_cost > 0 ? cluster.node_cost * spread(cluster, placement, loads) : 0;
  return imbalance(cluster, placement, loads) + crossing;
}

double move_excess(const Cluster& cluster, int moves) {
  return cluster.move_cost * moves / (static_cast<double>(cluster.devices * cluster.interval));
}

}  // namespace mls::moe
