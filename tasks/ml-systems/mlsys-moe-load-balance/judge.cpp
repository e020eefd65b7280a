// Serves traffic from the host's placements: shows the batches so far, takes placements, plays the next ones.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "judge/decide.hpp"
#include "judge/task.hpp"
#include "lib/moe/judge/trace.hpp"
#include "lib/moe/shared/cluster.hpp"

namespace mls {
namespace {

constexpr int models = 24;
constexpr int layers = 2;
constexpr int choices = 8;  // experts that a token goes to

/// When placements are made and what they are judged on.
struct Schedule {
  int batches;    ///< in the whole trace
  int window;     ///< shown before a placement
  int interval;   ///< judged after it
  bool foreseen;  ///< judged on the shown ones instead, once
};

moe::Cluster cluster_of(const judge::Params& params) {
  const auto integer = [&params](const char* name) { return static_cast<int>(params.integer(name)); };
  return {.experts = integer("experts"),
          .groups = integer("groups"),
          .nodes = integer("nodes"),
          .devices = integer("devices"),
          .slots = integer("slots"),
          .interval = integer("interval"),
          .move_cost = params.real("move_cost"),
          .node_cost = params.real("node_cost")};
}

Schedule schedule_of(const judge::Params& params) {
  return {.batches = static_cast<int>(params.integer("batches")),
          .window = static_cast<int>(params.integer("window")),
          .interval = static_cast<int>(params.integer("interval")),
          .foreseen = params.flag("foreseen")};
}

/// Every model is its own draw of popularity and traffic, and so is every seed.
std::vector<moe::Trace> make_traces(const judge::Run& run) {
  const moe::TraceSpec spec{.layers = layers,
                            .batches = static_cast<int>(run.params.integer("batches")),
                            .experts = static_cast<int>(run.params.integer("experts")),
                            .tokens = static_cast<int>(run.params.integer("tokens")) * choices,
                            .choices = choices,
                            .skew = run.params.real("skew"),
                            .persistence = run.params.real("persistence"),
                            .jump = run.params.real("jump")};
  const Rng paths = run.draws.rng("paths");
  const Rng counts = run.draws.rng("counts");
  std::vector<moe::Trace> traces;
  traces.reserve(models);
  for (std::uint64_t m = 0; m < models; ++m) traces.emplace_back(spec, paths.split(m), counts.split(m));
  return traces;
}

class Serving final : public judge::Decisions {
 public:
  explicit Serving(const judge::Run& run)
      : cluster_(cluster_of(run.params)),
        schedule_(schedule_of(run.params)),
        traces_(make_traces(run)),
        now_(schedule_.window) {}

  bool present(Message& situation) override {
    if (now_ + (schedule_.foreseen ? 0 : schedule_.interval) > schedule_.batches) return false;
    shown_.clear();
    for (const moe::Trace& trace : traces_) {
      for (int l = 0; l < layers; ++l) {
        const auto tokens = trace.tokens(l, now_ - schedule_.window, schedule_.window);
        shown_.insert(shown_.end(), tokens.begin(), tokens.end());
      }
    }
    situation.add("tokens", shown_, {models, layers, schedule_.window, cluster_.experts});
    return true;
  }

  [[nodiscard]] std::int64_t count() const override { return std::int64_t{models} * layers * cluster_.slots; }
  [[nodiscard]] std::int32_t options() const override { return cluster_.experts; }

  void apply(std::span<const std::int32_t> choice) override {
    for (int i = 0; i < models * layers; ++i) check(placement(choice, i), i / layers, i % layers);
    for (int i = 0; i < models * layers; ++i) serve(i, placement(choice, i));
    previous_.assign(choice.begin(), choice.end());
    now_ += schedule_.interval;
  }

  [[nodiscard]] judge::Metrics metrics() const {
    return {{"excess", imbalance_ / batches_ + crossing_ / batches_ + moving_ / placements_},
            {"imbalance", imbalance_ / batches_},
            {"spread", spread_ / batches_},
            {"moved", moved_ / placements_}};
  }

 private:
  [[nodiscard]] std::span<const std::int32_t> placement(std::span<const std::int32_t> all, int i) const {
    const auto slots = static_cast<std::size_t>(cluster_.slots);
    return all.subspan(static_cast<std::size_t>(i) * slots, slots);
  }

  void check(std::span<const std::int32_t> placed, int model, int layer) const {
    const std::vector<int> replicas = moe::count_replicas(cluster_, placed);
    const auto missing = std::find(replicas.begin(), replicas.end(), 0);
    if (missing == replicas.end()) return;
    throw judge::invalid_output("model " + std::to_string(model) + ", layer " + std::to_string(layer) +
                                ", batch " + std::to_string(now_) + ": expert " +
                                std::to_string(missing - replicas.begin()) +
                                " is in no slot; every expert must be in one");
  }

  void serve(int i, std::span<const std::int32_t> placed) {
    const moe::Trace& trace = traces_[static_cast<std::size_t>(i / layers)];
    const int first = schedule_.foreseen ? now_ - schedule_.interval : now_;
    for (int b = first; b < first + schedule_.interval; ++b) {
      const auto tokens = trace.tokens(i % layers, b, 1);
      const double spread = moe::spread(cluster_, placed, tokens);
      imbalance_ += moe::imbalance(cluster_, placed, tokens);
      spread_ += spread;
      crossing_ += cluster_.node_cost * spread;
    }
    batches_ += schedule_.interval;
    placements_ += 1;
    if (previous_.empty()) return;  // to start, every device has to load its experts anyway
    const int moves = moe::count_moves(cluster_, placement(previous_, i), placed);
    moving_ += moe::move_excess(cluster_, moves);
    moved_ += static_cast<double>(moves) / cluster_.slots;
  }

  moe::Cluster cluster_;
  Schedule schedule_;
  std::vector<moe::Trace> traces_;
  int now_;                             // batches before this one are known
  std::vector<float> shown_;            // what `present` sent
  std::vector<std::int32_t> previous_;  // empty at first
  double imbalance_ = 0;                // sums over batches ...
  double spread_ = 0;
  double crossing_ = 0;
  double batches_ = 0;
  double moving_ = 0;  // ... and over placements
  double moved_ = 0;
  double placements_ = 0;
};

judge::Metrics run(judge::Run& run) {
  const moe::Cluster cluster = cluster_of(run.params);
  Message start("start");
  start.set("experts", cluster.experts).set("groups", cluster.groups).set("nodes", cluster.nodes);
  start.set("devices", cluster.devices).set("slots", cluster.slots).set("interval", cluster.interval);
  start.set("move_cost", cluster.move_cost).set("node_cost", cluster.node_cost);
  start.set("models", models).set("layers", layers);
  start.set("rng_seed", static_cast<std::int64_t>(run.draws.rng("method")() >> 1));
  run.host.send(start);

  Serving serving(run);
  judge::decide(run.host, serving);
  return serving.metrics();
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
