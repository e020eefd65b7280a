#include "lib/moe/host/packing.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace mls::moe {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Indices of the weights, heaviest first.
std::vector<int> heaviest_first(std::span<const double> weights) {
  std::vector<int> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return weights[at(a)] != weights[at(b)] ? weights[at(a)] > weights[at(b)] : a < b;
  });
  return order;
}

/// Members of each pack, in the order of the items.
std::vector<std::vector<int>> members(std::span<const int> pack_of_item, int packs) {
  std::vector<std::vector<int>> members(at(packs));
  for (std::size_t i = 0; i < pack_of_item.size(); ++i) {
    members[at(pack_of_item[i])].push_back(static_cast<int>(i));
  }
  return members;
}

/// Replicates `experts` over the slots of `devices` devices and packs them; appends to `placement`.
void place_among(std::span<const int> experts, std::span<const double> loads, int devices,
                 int slots_per_device, Packing packing, std::vector<int>& placement) {
  std::vector<double> own(experts.size());
  for (std::size_t i = 0; i < experts.size(); ++i) own[i] = loads[at(experts[i])];
  const std::vector<int> replicas = replicate(own, devices * slots_per_device);
  std::vector<int> expert_of_replica;
  std::vector<double> weights;
  for (std::size_t i = 0; i < experts.size(); ++i) {
    expert_of_replica.insert(expert_of_replica.end(), at(replicas[i]), experts[i]);
    weights.insert(weights.end(), at(replicas[i]), own[i] / replicas[i]);
  }
  for (const auto& device : members(packing(weights, devices), devices)) {
    for (const int replica : device) placement.push_back(expert_of_replica[at(replica)]);
  }
}

}  // namespace

std::vector<double> mean_load(const LoadHistory& history, int batches) {
  const int used = std::min(batches, history.batches());
  std::vector<double> mean(history.newest().size());
  for (int b = history.batches() - used; b < history.batches(); ++b) {
    const auto tokens = history.batch(b);
    for (std::size_t e = 0; e < mean.size(); ++e) mean[e] += double{tokens[e]} / used;
  }
  return mean;
}

std::vector<int> replicate(std::span<const double> loads, int slots) {
  std::vector<int> replicas(loads.size(), 1);
  for (int used = static_cast<int>(loads.size()); used < slots; ++used) {
    std::size_t hottest = 0;
    for (std::size_t e = 1; e < loads.size(); ++e) {
      if (loads[e] * replicas[hottest] > loads[hottest] * replicas[e]) hottest = e;
    }
    ++replicas[hottest];
  }
  return replicas;
}

std::vector<int> pack_longest_first(std::span<const double> weights, int packs) {
  const int capacity = static_cast<int>(weights.size()) / packs;
  std::vector<double> load(at(packs));
  std::vector<int> items(at(packs));
  std::vector<int> pack_of_item(weights.size());
  for (const int item : heaviest_first(weights)) {
    int lightest = -1;
    for (int p = 0; p < packs; ++p) {
      if (items[at(p)] < capacity && (lightest < 0 || load[at(p)] < load[at(lightest)])) lightest = p;
    }
    pack_of_item[at(item)] = lightest;
    load[at(lightest)] += weights[at(item)];
    ++items[at(lightest)];
  }
  return pack_of_item;
}

std::vector<int> pack_snake(std::span<const double> weights, int packs) {
  std::vector<int> pack_of_item(weights.size());
  int rank = 0;
  for (const int item : heaviest_first(weights)) {
    const int along = rank % packs;
    pack_of_item[at(item)] = rank / packs % 2 == 0 ? along : packs - 1 - along;
    ++rank;
  }
  return pack_of_item;
}

std::vector<int> place_flat(const Cluster& cluster, std::span<const double> loads, Packing packing) {
  std::vector<int> everything(at(cluster.experts));
  std::iota(everything.begin(), everything.end(), 0);
  std::vector<int> placement;
  place_among(everything, loads, cluster.devices, cluster.slots_per_device(), packing, placement);
  return placement;
}

std::vector<int> place_hierarchical(const Cluster& cluster, std::span<const double> loads, Packing packing) {
  if (cluster.groups % cluster.nodes != 0) return place_flat(cluster, loads, packing);
  const int size = cluster.experts_per_group();
  std::vector<double> of_group(at(cluster.groups));
  for (int e = 0; e < cluster.experts; ++e) of_group[at(e / size)] += loads[at(e)];
  std::vector<int> placement;
  for (const auto& groups : members(packing(of_group, cluster.nodes), cluster.nodes)) {
    std::vector<int> experts;
    for (const int group : groups) {
      for (int e = group * size; e < (group + 1) * size; ++e) experts.push_back(e);
    }
    place_among(experts, loads, cluster.devices_per_node(), cluster.slots_per_device(), packing, placement);
  }
  return placement;
}

}  // namespace mls::moe
