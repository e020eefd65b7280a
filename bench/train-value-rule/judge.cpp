// The agents of rl-value-discrete on cart-pole, five side by side, learning by DQN's rule of the host's (the
// host is that task's) or, with `alone`, of the judge's own. Metric: seconds of the training.
#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "judge/task.hpp"
#include "lib/rl/judge/learner/dqn.hpp"

namespace {

using namespace mls;

constexpr int rules = 5;

/// Mean squared error to r + discount * max Q_target.
class Own final : public rl::ValueHook {
 public:
  explicit Own(int batch) : batch_(batch) {}
  void q(const rl::Matrix& z, std::span<const int>, rl::Matrix& q) override { q = z; }
  void gradient(const rl::Batches& batches, rl::Matrix& gradient) override {
    gradient.setZero();
    for (Eigen::Index b = 0; b < gradient.cols(); ++b) {
      const auto i = static_cast<std::size_t>(b);
      const float target = batches.reward[i] + batches.discount[i] * batches.zt_next.col(b).maxCoeff();
      const int action = batches.action[i];
      gradient(action, b) = (batches.z(action, b) - target) / static_cast<float>(batch_);
    }
  }

 private:
  int batch_;
};

/// By message, as in the task, without its probes.
class Hosted final : public rl::ValueHook {
 public:
  Hosted(judge::HostLink& host, const rl::DqnOptions& options, int actions) : host_(host) {
    message_.reset("begin");
    message_.set("actions", actions).set("gamma", options.gamma).set("updates", options.updates());
    message_.set("batch", options.batch).set("rules", rules).set("rng_seed", std::int64_t{1});
    (void)host_.ask(message_, "head");
  }
  void q(const rl::Matrix& z, std::span<const int> columns, rl::Matrix& q) override {
    message_.reset("q");
    add("z", z);
    message_.add("columns", columns);
    std::ranges::copy(host_.ask(message_, "values").values<float>("q", {q.cols(), q.rows()}), q.data());
  }
  void gradient(const rl::Batches& batches, rl::Matrix& gradient) override {
    message_.reset("gradient");
    add("z", batches.z);
    add("zt_next", batches.zt_next);
    message_.add("action", batches.action).add("reward", batches.reward).add("discount", batches.discount);
    const Message& reply = host_.ask(message_, "gradients");
    std::ranges::copy(reply.values<float>("gradient", {gradient.cols(), gradient.rows()}), gradient.data());
  }

 private:
  void add(std::string_view name, const rl::Matrix& columns) {
    const std::span<const float> values(columns.data(), static_cast<std::size_t>(columns.size()));
    message_.add(name, values, {columns.cols(), columns.rows()});
  }

  judge::HostLink& host_;
  Message message_;
};

std::vector<rl::DqnReplica> replicas_of(const judge::Run& run, const rl::DqnOptions& options,
                                        const rl::RuleShape& shape) {
  const rl::EnvironmentSize size = rl::environment_size("cartpole");
  Rng names = run.draws.setting_rng("names");
  const rl::Disguise disguise = rl::draw_disguise(size.observations, size.actions, 1, names);
  std::vector<rl::DqnReplica> replicas;
  for (std::uint64_t r = 0; r < rules; ++r) {
    replicas.emplace_back(
        options, shape,
        rl::make_actors("cartpole", disguise, options.actors, run.draws.rng("environments").split(r)),
        run.draws.rng("agents").split(r));
  }
  return replicas;
}

judge::Metrics run(judge::Run& run) {
  const rl::DqnOptions options{.steps = static_cast<int>(run.params.integer("steps")),
                               .steps_per_update = 2,
                               .batch = 32,
                               .target_every = 100,
                               .rate = 1e-3F};
  const int actions = rl::environment_size("cartpole").actions;
  const rl::RuleShape shape{.outputs = actions};
  std::vector<rl::DqnReplica> replicas = replicas_of(run, options, shape);
  std::unique_ptr<rl::ValueHook> hook;
  if (run.params.flag("alone")) {
    hook = std::make_unique<Own>(options.batch);
  } else {
    hook = std::make_unique<Hosted>(run.host, options, actions);
  }
  const auto start = std::chrono::steady_clock::now();
  rl::train_dqn(options, shape, replicas, actions, *hook, [](const std::vector<rl::Weights>&) {});
  return {{"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
