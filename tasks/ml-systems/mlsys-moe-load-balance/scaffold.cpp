// Runs one balancer for each model through the situations of all.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/decide.hpp"
#include "host/host.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

moe::Cluster cluster_of(const Message& start) {
  const auto integer = [&start](const char* name) { return static_cast<int>(start.integer(name)); };
  return {.experts = integer("experts"),
          .groups = integer("groups"),
          .nodes = integer("nodes"),
          .devices = integer("devices"),
          .slots = integer("slots"),
          .interval = integer("interval"),
          .move_cost = start.real("move_cost"),
          .node_cost = start.real("node_cost")};
}

class Model {
 public:
  Model(const moe::Cluster& cluster, int layers, const Rng& rng)
      : slots_(static_cast<std::size_t>(cluster.slots)),
        rng_(std::make_unique<Rng>(rng)),
        balancer_(make_balancer(cluster, layers, *rng_)),
        placed_(static_cast<std::size_t>(layers)) {
    if (balancer_ == nullptr) throw std::runtime_error("make_balancer returned no balancer");
  }

  const std::vector<int>& place(std::size_t layer, const moe::LoadHistory& history) {
    std::unique_ptr<Placement>& placed = placed_[layer];
    placed = std::make_unique<Placement>(balancer_->place(static_cast<int>(layer), history, placed.get()));
    if (placed->expert_of_slot.size() != slots_) {
      throw std::runtime_error("place returned " + std::to_string(placed->expert_of_slot.size()) +
                               " slots where the cluster has " + std::to_string(slots_));
    }
    return placed->expert_of_slot;
  }

  [[nodiscard]] std::size_t layers() const { return placed_.size(); }

 private:
  std::size_t slots_;
  std::unique_ptr<Rng> rng_;
  std::unique_ptr<Balancer> balancer_;
  std::vector<std::unique_ptr<Placement>> placed_;
};

/// `tokens` is [models][layers][batches][experts].
void place_all(std::vector<Model>& models, int experts, std::span<const float> tokens,
               std::vector<std::int32_t>& choice) {
  const std::size_t size = tokens.size() / (models.size() * models.front().layers());
  for (Model& model : models) {
    for (std::size_t layer = 0; layer < model.layers(); ++layer) {
      const auto& placed = model.place(layer, moe::LoadHistory(tokens.first(size), experts));
      choice.insert(choice.end(), placed.begin(), placed.end());
      tokens = tokens.subspan(size);
    }
  }
}

}  // namespace

void run_method(JudgeLink& judge) {
  const Message& start = judge.expect("start");
  const moe::Cluster cluster = cluster_of(start);
  const int layers = static_cast<int>(start.integer("layers"));
  const Rng rng(static_cast<std::uint64_t>(start.integer("rng_seed")));
  const auto count = static_cast<std::uint64_t>(start.integer("models"));
  std::vector<Model> models;
  for (std::uint64_t m = 0; m < count; ++m) models.emplace_back(cluster, layers, rng.split(m));
  decide(judge, [&](const Message& situation, std::vector<std::int32_t>& choice) {
    place_all(models, cluster.experts, situation.values<float>("tokens"), choice);
  });
}

}  // namespace mls::host
