// Trains agents in the judge's own environments by the host's rule of value learning, then plays them in a
// fresh host that knows nothing but their states.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "judge/task.hpp"
#include "lib/rl/judge/learner/dqn.hpp"

namespace mls {
namespace {

constexpr int evaluation_episodes = 10;
constexpr int final_snapshots = 5;
constexpr double evaluation_epsilon = 0.02;
constexpr int most_outputs = 64;  // for each action
constexpr int most_steps = 5;
constexpr std::size_t most_state = 64;
constexpr double probe_rate = 1.0 / 32;
constexpr double probe_tolerance = 1e-4;  // of the largest action value asked for

/// What all settings share, beside the defaults.
rl::DqnOptions options_of(const judge::Params& params) {
  return {.steps = static_cast<int>(params.integer("steps")),
          .steps_per_update = 2,
          .batch = 32,
          .target_every = 100,
          .rate = 1e-3F};
}

struct Setting {
  rl::DqnOptions options;
  std::string environment;
  int replicas;
  rl::Disguise training;  // with the setting's units of reward and noise
  rl::Disguise play;      // the same with true rewards
};

Setting setting_of(const judge::Run& run) {
  Setting setting{.options = options_of(run.params),
                  .environment = run.params.text("environment"),
                  .replicas = static_cast<int>(run.params.integer("replicas")),
                  .training = {},
                  .play = {}};
  const rl::EnvironmentSize size = rl::environment_size(setting.environment);
  Rng names = run.draws.setting_rng("names");
  const int copies = static_cast<int>(run.params.integer("action_copies"));
  setting.play = rl::draw_disguise(size.observations, size.actions, copies, names);
  // Units of reward cannot be looked up: they are drawn anew under each seal.
  const double unit = std::exp2(run.draws.setting_rng("unit").uniform(-1, 1));
  setting.training = setting.play;
  setting.training.reward_scale = unit * run.params.real("reward_scale");
  setting.training.reward_noise = unit * run.params.real("reward_noise");
  return setting;
}

/// The host's rules by message: the judge's side of the task's protocol.
///
/// `begin` with `actions`, `gamma`, `updates`, `batch`, `rules`, `rng_seed` -> `head` with `outputs`,
/// `n_step`, `online_next`, `target_now`. Then, in any order, `q` with `z` f32 [N, K] and `columns` i32
/// [rules], how many of the rows are for each rule -> `values` with `q` f32 [N, actions]; `gradient` with
/// `z`, `zt_next` and, where asked for, `z_next`, `z_target` f32 [rules * batch, K], `action` i32, `reward`
/// f32, `discount` f32 [rules * batch]
/// -> `gradients` with `gradient` f32 [rules * batch, K]; `get_state` -> `state` with `values` f32, those of
/// rule 0 first, and `sizes` i32 [rules]; `restore` with the same fields -> `restored`; `finish` ->
/// `finished`.
class HostedRules final : public rl::ValueHook {
 public:
  HostedRules(judge::HostLink& host, const rl::DqnOptions& options, int actions, Rng probes)
      : host_(host), options_(options), actions_(actions), probes_(probes) {}

  rl::RuleShape begin(int rules, std::int64_t rng_seed) {
    rules_ = rules;
    message_.reset("begin");
    message_.set("actions", actions_).set("gamma", options_.gamma).set("updates", options_.updates());
    message_.set("batch", options_.batch).set("rules", rules).set("rng_seed", rng_seed);
    const Message& reply = host_.ask(message_, "head");
    const auto outputs = reply.integer("outputs");
    const auto n_step = reply.integer("n_step");
    if (outputs < 1 || outputs > std::int64_t{most_outputs} * actions_) {
      throw judge::invalid_output(
          fmt::format("outputs = {} is not in 1 ... {}", outputs, most_outputs * actions_));
    }
    if (n_step < 1 || n_step > most_steps) {
      throw judge::invalid_output(fmt::format("n_step = {} is not in 1 ... {}", n_step, most_steps));
    }
    outputs_ = static_cast<int>(outputs);
    return {.outputs = outputs_,
            .n_step = static_cast<int>(n_step),
            .online_next = reply.boolean("online_next"),
            .target_now = reply.boolean("target_now")};
  }

  void q(const rl::Matrix& z, std::span<const int> columns, rl::Matrix& q) override {
    ask_q(z, columns, q);
    if (probes_.bernoulli(probe_rate)) probe(z, columns, q);
  }

  void gradient(const rl::Batches& batches, rl::Matrix& gradient) override {
    message_.reset("gradient");
    add("z", batches.z);
    add("zt_next", batches.zt_next);
    if (batches.z_next.size() > 0) add("z_next", batches.z_next);
    if (batches.z_target.size() > 0) add("z_target", batches.z_target);
    message_.add("action", batches.action).add("reward", batches.reward).add("discount", batches.discount);
    const Message& reply = host_.ask(message_, "gradients");
    std::ranges::copy(reply.values<float>("gradient", {gradient.cols(), gradient.rows()}), gradient.data());
  }

  using State = std::vector<float>;

  std::vector<State> states() {
    message_.reset("get_state");
    const Message& reply = host_.ask(message_, "state");
    const auto sizes = reply.values<std::int32_t>("sizes", {rules_});
    std::int64_t total = 0;
    for (const std::int32_t size : sizes) {
      if (size < 0 || static_cast<std::size_t>(size) > most_state) {
        throw judge::invalid_output(
            fmt::format("a state of {} numbers; at most {} are allowed", size, most_state));
      }
      total += size;
    }
    auto rest = reply.values<float>("values", {total});
    std::vector<State> out;
    for (const std::int32_t size : sizes) {
      const auto mine = rest.first(static_cast<std::size_t>(size));
      out.emplace_back(mine.begin(), mine.end());
      rest = rest.subspan(mine.size());
    }
    return out;
  }

  void restore(std::span<const State> states) {
    std::vector<float> values;
    std::vector<std::int32_t> sizes;
    for (const State& state : states) {
      values.insert(values.end(), state.begin(), state.end());
      sizes.push_back(static_cast<std::int32_t>(state.size()));
    }
    message_.reset("restore");
    message_.add("values", values).add("sizes", sizes);
    host_.ask(message_, "restored");
  }

  void finish() { host_.ask(Message("finish"), "finished"); }

 private:
  void add(std::string_view name, const rl::Matrix& columns) {
    const std::span<const float> values(columns.data(), static_cast<std::size_t>(columns.size()));
    message_.add(name, values, {columns.cols(), columns.rows()});
  }

  void ask_q(const rl::Matrix& z, std::span<const int> columns, rl::Matrix& q) {
    message_.reset("q");
    add("z", z);
    message_.add("columns", columns);
    const Message& reply = host_.ask(message_, "values");
    std::ranges::copy(reply.values<float>("q", {z.cols(), actions_}), q.data());
  }

  /// Action values must be a function of the column: asked again, in another order within each rule, the
  /// answers are the same.
  void probe(const rl::Matrix& z, std::span<const int> columns, const rl::Matrix& q) {
    std::vector<int> order;
    for (const int count : columns) {
      const int first = static_cast<int>(order.size());
      for (const int i : probes_.permutation(count)) order.push_back(first + i);
    }
    const rl::Matrix shuffled = z(Eigen::all, order);
    rl::Matrix again(q.rows(), q.cols());
    ask_q(shuffled, columns, again);
    const float difference = (again - q(Eigen::all, order)).cwiseAbs().maxCoeff();
    const float largest = q.cwiseAbs().maxCoeff();
    if (static_cast<double>(difference) > probe_tolerance * static_cast<double>(largest)) {
      throw judge::invalid_output(fmt::format(
          "the same outputs in another order got action values that differ by {}; q must be a function "
          "of each column and the rule's state",
          difference));
    }
  }

  judge::HostLink& host_;
  rl::DqnOptions options_;
  int actions_;
  Rng probes_;
  int rules_ = 0;
  int outputs_ = 0;
  Message message_;
};

std::vector<rl::DqnReplica> make_replicas(const judge::Run& run, const Setting& setting,
                                          const rl::RuleShape& shape) {
  const Rng environments = run.draws.rng("environments");
  const Rng agents = run.draws.rng("agents");
  std::vector<rl::DqnReplica> replicas;
  for (int r = 0; r < setting.replicas; ++r) {
    const auto label = static_cast<std::uint64_t>(r);
    replicas.emplace_back(setting.options, shape,
                          rl::make_actors(setting.environment, setting.training, setting.options.actors,
                                          environments.split(label)),
                          agents.split(label));
  }
  return replicas;
}

/// Starts and noise of the episodes that every agent plays: common to all methods and seeds.
std::vector<Rng> evaluation_streams(const judge::Run& run) {
  const Rng rng = run.draws.setting_rng("evaluation");
  std::vector<Rng> streams;
  streams.reserve(evaluation_episodes);
  for (std::uint64_t e = 0; e < evaluation_episodes; ++e) streams.push_back(rng.split(e));
  return streams;
}

/// Mean normalised return by snapshot; `returns` is [snapshots, replicas, episodes].
std::vector<double> learning_curve(std::span<const double> returns, int snapshots,
                                   const judge::Params& params) {
  const double random = params.real("random_return");
  const double good = params.real("good_return");
  const std::size_t each = returns.size() / static_cast<std::size_t>(snapshots);
  std::vector<double> curve(static_cast<std::size_t>(snapshots));
  for (std::size_t i = 0; i < returns.size(); ++i) {
    curve[i / each] += 100 * (returns[i] - random) / (good - random) / static_cast<double>(each);
  }
  return curve;
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

std::int64_t seed_of(Rng rng) { return static_cast<std::int64_t>(rng() >> 1); }

judge::Metrics run(judge::Run& run) {
  const Setting setting = setting_of(run);
  const auto actions = static_cast<int>(setting.play.action_of.size());
  HostedRules rules(run.host, setting.options, actions, run.draws.rng("probes"));
  const rl::RuleShape shape = rules.begin(setting.replicas, seed_of(run.draws.rng("method")));
  std::vector<rl::DqnReplica> replicas = make_replicas(run, setting, shape);

  std::vector<rl::Weights> agents;  // snapshot after snapshot, the replicas of each
  std::vector<HostedRules::State> states;
  rl::train_dqn(setting.options, shape, replicas, actions, rules, [&](std::vector<rl::Weights> weights) {
    std::ranges::move(weights, std::back_inserter(agents));
    std::ranges::move(rules.states(), std::back_inserter(states));
  });
  rules.finish();

  run.fresh_host();
  const rl::RuleShape shape_now =
      rules.begin(static_cast<int>(agents.size()), seed_of(run.draws.rng("method in evaluation")));
  if (shape_now.outputs != shape.outputs) {
    throw judge::invalid_output(
        fmt::format("{} outputs in evaluation, {} in training", shape_now.outputs, shape.outputs));
  }
  rules.restore(states);
  const std::vector<double> returns =
      rl::evaluate_dqn(setting.options, shape, agents, setting.environment, setting.play,
                       evaluation_streams(run), evaluation_epsilon, rules);
  rules.finish();

  const std::vector<double> curve = learning_curve(returns, setting.options.snapshots, run.params);
  return {{"auc", mean(curve)}, {"final", mean(std::span(curve).last(final_snapshots))}};
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
