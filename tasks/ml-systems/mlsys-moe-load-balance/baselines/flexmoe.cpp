// Expand, shrink and migrate. Nie, Miao, Wang, Yang, Xue, Ma, Cao & Cui, "FlexMoE: scaling large-scale sparse
// pre-trained model training via dynamic device placement", SIGMOD 2023.
//
// Keeps the placement and plans changes step by step: a step either gives the hottest expert of the fullest
// device one replica more and another one less (expand and shrink), or exchanges two replicas between the
// fullest device and another (migrate), whichever relieves the fullest device most after what it adds in
// crossing nodes and copying weights. The cost model (load of the fullest device, crossing, copying) then
// says how many steps of the plan pay within the next interval. The newest batch stands for the next ones. At
// first: from hierarchical greedy, copies for nothing.
#include <algorithm>
#include <numeric>
#include <vector>

#include "surface.hpp"

namespace mls {
namespace {

constexpr double least_gain = 1e-9;  // of a batch, to end where rounding begins

struct Step {
  double gain = least_gain;  // of a batch of mean load
  int slot = -1;             // gets ...
  int expert = -1;           // ... this expert
  int other = -1;            // and this slot what `slot` had; -1 = none does
};

class Plan {
 public:
  Plan(const moe::Cluster& cluster, std::span<const double> loads, std::vector<int>& placement)
      : cluster_(cluster),
        loads_(loads),
        mean_(std::accumulate(loads.begin(), loads.end(), 0.0) / cluster.devices),
        placement_(placement),
        replicas_(moe::count_replicas(cluster, placement)),
        weight_(cluster.experts),
        slots_of_(cluster.experts),
        group_load_(cluster.groups) {
    for (int e = 0; e < cluster.experts; ++e) group_load_[group(e)] += loads[e];
    fill();
  }

  /// Takes the step that most relieves the fullest device, for what it costs in crossing and copying, if one
  /// does.
  bool improve() {
    Step best;
    try_expand(best);
    try_migrate(best);
    if (best.slot < 0) return false;
    take(best);
    return true;
  }

 private:
  [[nodiscard]] int device(int slot) const { return slot / cluster_.slots_per_device(); }
  [[nodiscard]] int node(int slot) const { return slot / cluster_.slots_per_node(); }
  [[nodiscard]] int group(int expert) const { return expert / cluster_.experts_per_group(); }
  [[nodiscard]] double weight(int expert) const { return weight_[expert]; }
  [[nodiscard]] bool holds(int where, int expert) const {
    const auto first = placement_.begin() + where * cluster_.slots_per_device();
    const auto last = first + cluster_.slots_per_device();
    return std::find(first, last, expert) != last;
  }

  void fill() {
    for (int e = 0; e < cluster_.experts; ++e) weight_[e] = loads_[e] / replicas_[e];
    load_.assign(cluster_.devices, 0.0);
    for (auto& slots : slots_of_) slots.clear();
    slots_of_group_.assign(cluster_.nodes * cluster_.groups, 0);
    for (int s = 0; s < cluster_.slots; ++s) {
      slots_of_[placement_[s]].push_back(s);
      load_[device(s)] += weight(placement_[s]);
      ++slots_of_group_[node(s) * cluster_.groups + group(placement_[s])];
    }
    fullest_ = static_cast<int>(std::max_element(load_.begin(), load_.end()) - load_.begin());
  }

  /// What a step saves in a batch: `after` is what the fuller of the devices that it touches then has.
  [[nodiscard]] double gain(double after, double crossing, int moves) const {
    return (load_[fullest_] - after) / mean_ - crossing - moe::move_excess(cluster_, moves);
  }

  /// What crossing nodes costs more when `slot` gets `expert` for what it has.
  [[nodiscard]] double crossing(int slot, int expert) const {
    const int to = group(expert);
    const int from = group(placement_[slot]);
    if (cluster_.node_cost == 0 || to == from) return 0;
    const int* here = &slots_of_group_[node(slot) * cluster_.groups];
    const double entered = here[to] == 0 ? group_load_[to] : 0;
    const double left = here[from] == 1 ? group_load_[from] : 0;
    return cluster_.node_cost * (entered - left) / (mean_ * cluster_.devices);
  }

  void try_expand(Step& best) const {
    const int full = fullest_;
    const int hot = hottest(full);
    const double shared = loads_[hot] / (replicas_[hot] + 1);
    std::vector<double> relieved = load_;
    for (const int s : slots_of_[hot]) relieved[device(s)] -= weight(hot) - shared;
    for (int s = 0; s < cluster_.slots; ++s) {
      if (replicas_[placement_[s]] < 2 || holds(device(s), hot)) continue;
      const double after = std::max(relieved[full], largest_touched(relieved, s, shared));
      if (after >= load_[full]) continue;
      const Step step{gain(after, crossing(s, hot), 1), s, hot, -1};
      if (step.gain > best.gain) best = step;
    }
  }

  [[nodiscard]] int hottest(int where) const {
    const int first = where * cluster_.slots_per_device();
    int hot = placement_[first];
    for (int s = first; s < first + cluster_.slots_per_device(); ++s) {
      if (weight(placement_[s]) > weight(hot)) hot = placement_[s];
    }
    return hot;
  }

  /// Largest load of a device that gets more when `slot` gets a replica of `shared` tokens for what it has.
  [[nodiscard]] double largest_touched(std::span<const double> load, int slot, double shared) const {
    const int old = placement_[slot];
    const double more = loads_[old] / (replicas_[old] - 1) - weight(old);
    double target = load[device(slot)] + shared - weight(old);
    double largest = 0;
    for (const int s : slots_of_[old]) {
      if (s == slot) continue;
      if (device(s) == device(slot)) target += more;
      largest = std::max(largest, load[device(s)] + more);
    }
    return std::max(largest, target);
  }

  void try_migrate(Step& best) const {
    const int full = fullest_;
    const int first = full * cluster_.slots_per_device();
    for (int own = first; own < first + cluster_.slots_per_device(); ++own) {
      for (int other = 0; other < cluster_.slots; ++other) {
        const double shift = weight(placement_[own]) - weight(placement_[other]);
        if (shift <= 0 || device(other) == full) continue;
        const double after = std::max(load_[full] - shift, load_[device(other)] + shift);
        if (after >= load_[full]) continue;
        const double more = crossing_of_exchange(own, other);
        if (gain(after, more, 0) <= best.gain) continue;
        const Step step{gain(after, more, moves_of_exchange(own, other)), own, placement_[other], other};
        if (step.gain > best.gain) best = step;
      }
    }
  }

  [[nodiscard]] double crossing_of_exchange(int a, int b) const {
    return node(a) == node(b) ? 0 : crossing(a, placement_[b]) + crossing(b, placement_[a]);
  }

  /// At least 1: a device that has both already gains nothing from exchanging them.
  [[nodiscard]] int moves_of_exchange(int a, int b) const {
    return std::max(1, (holds(device(a), placement_[b]) ? 0 : 1) + (holds(device(b), placement_[a]) ? 0 : 1));
  }

  void take(const Step& step) {
    const int old = placement_[step.slot];
    placement_[step.slot] = step.expert;
    if (step.other >= 0) {
      placement_[step.other] = old;
    } else {
      ++replicas_[step.expert];
      --replicas_[old];
    }
    fill();
  }

  moe::Cluster cluster_;
  std::span<const double> loads_;
  double mean_;  // device load
  std::vector<int>& placement_;
  std::vector<int> replicas_;
  std::vector<double> weight_;              // tokens at each replica of an expert
  std::vector<std::vector<int>> slots_of_;  // of each expert
  std::vector<double> group_load_;
  std::vector<double> load_;         // of each device
  int fullest_ = 0;                  // device
  std::vector<int> slots_of_group_;  // [nodes][groups]
};

class FlexMoe final : public Balancer {
 public:
  explicit FlexMoe(const moe::Cluster& cluster) : cluster_(cluster) {}

  Placement place(int, const moe::LoadHistory& history, const Placement* previous) override {
    const std::vector<double> loads = moe::mean_load(history, 1);
    if (previous != nullptr) return {adjust(cluster_, loads, previous->expert_of_slot)};
    moe::Cluster cluster = cluster_;
    cluster.move_cost = 0;
    return {adjust(cluster, loads, moe::place_hierarchical(cluster_, loads, moe::pack_longest_first))};
  }

 private:
  /// The cheapest of the placements that the plan passes through.
  static std::vector<int> adjust(const moe::Cluster& cluster, std::span<const double> loads,
                                 const std::vector<int>& start) {
    const std::vector<float> expected(loads.begin(), loads.end());
    std::vector<int> placement = start;
    std::vector<int> cheapest = start;
    double least = moe::batch_excess(cluster, start, expected);
    Plan plan(cluster, loads, placement);
    for (int steps = 0; steps < cluster.slots && plan.improve(); ++steps) {
      const double cost = moe::batch_excess(cluster, placement, expected) +
                          moe::move_excess(cluster, moe::count_moves(cluster, start, placement));
      if (cost >= least) continue;
      least = cost;
      cheapest = placement;
    }
    return cheapest;
  }

  moe::Cluster cluster_;
};

}  // namespace

std::unique_ptr<Balancer> make_balancer(const moe::Cluster& cluster, int, Rng&) {
  return std::make_unique<FlexMoe>(cluster);
}

}  // namespace mls
