#include "lib/rl/judge/learner/dqn.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace mls::rl {
namespace {

std::vector<int> layers(const DqnOptions& options, int observations, int outputs) {
  return {observations, options.hidden, options.hidden, outputs};
}

Mlp make_network(const DqnOptions& options, int observations, int outputs, Rng rng) {
  return {layers(options, observations, outputs), rng};
}

int best_of(const Eigen::Ref<const Matrix>& q, Eigen::Index column) {
  Eigen::Index best = 0;
  q.col(column).maxCoeff(&best);
  return static_cast<int>(best);
}

/// The best action or, with probability epsilon, any. Draws the same numbers whatever q says.
int choose(const Eigen::Ref<const Matrix>& q, Eigen::Index column, double epsilon, Rng& rng) {
  const bool random = rng.bernoulli(epsilon);
  const auto any = static_cast<int>(rng.below(static_cast<std::uint64_t>(q.rows())));
  return random ? any : best_of(q, column);
}

}  // namespace

int DqnOptions::updates() const { return std::max(0, steps - warm_up) / steps_per_update; }

DqnReplica::DqnReplica(const DqnOptions& options, const RuleShape& shape, std::unique_ptr<Actors> actors,
                       const Rng& rng)
    : options_(options),
      shape_(shape),
      actors_(std::move(actors)),
      exploration_(rng.split(0)),
      sampling_(rng.split(1)),
      online_(make_network(options, actors_->observation_size(), shape.outputs, rng.split(2))),
      target_(online_),
      adam_(online_.parameters().size(), options.rate),
      replay_(actors_->observation_size(), actors_->count(), options.steps, shape.n_step, options.gamma),
      seen_(actors_->observation_size(), options.batch),
      next_(actors_->observation_size(), options.batch),
      picks_(static_cast<std::size_t>(options.batch)),
      actions_(static_cast<std::size_t>(actors_->count())),
      gradient_(static_cast<Eigen::Index>(online_.parameters().size())) {}

void DqnReplica::outputs(Eigen::Ref<Matrix> z) { online_.forward(actors_->observations(), others_, z); }

double DqnReplica::epsilon() const {
  const double progress = std::min(1.0, steps_ / (options_.epsilon_share * options_.steps));
  return options_.epsilon_first + progress * (options_.epsilon_last - options_.epsilon_first);
}

void DqnReplica::act(const Eigen::Ref<const Matrix>& q) {
  const double now = epsilon();
  for (std::size_t a = 0; a < actions_.size(); ++a) {
    actions_[a] = choose(q, static_cast<Eigen::Index>(a), now, exploration_);
  }
  const Matrix seen = actors_->observations();
  replay_.add(seen, actions_, actors_->step(actions_));
  steps_ += actors_->count();
  due_ = std::max(0, steps_ - options_.warm_up) / options_.steps_per_update - updates_;
}

void DqnReplica::sample(int index, Batches& batches) {
  replay_.draw(sampling_, picks_);
  const auto first = static_cast<std::size_t>(index) * picks_.size();
  for (std::size_t b = 0; b < picks_.size(); ++b) {
    const int pick = picks_[b];
    seen_.col(static_cast<Eigen::Index>(b)) = replay_.seen(pick);
    next_.col(static_cast<Eigen::Index>(b)) = replay_.next(pick);
    batches.action[first + b] = replay_.action(pick);
    batches.reward[first + b] = replay_.reward(pick);
    batches.discount[first + b] = replay_.discount(pick);
  }
  const auto block = [&](Matrix& wide) {
    return wide.middleCols(Eigen::Index{index} * options_.batch, options_.batch);
  };
  online_.forward(seen_, activations_, block(batches.z));
  target_.forward(next_, others_, block(batches.zt_next));
  if (shape_.online_next) online_.forward(next_, others_, block(batches.z_next));
  if (shape_.target_now) target_.forward(seen_, others_, block(batches.z_target));
}

void DqnReplica::learn(const Eigen::Ref<const Matrix>& gradient) {
  clamped_ = gradient.cwiseMax(-1e6F).cwiseMin(1e6F);
  const std::span<float> by_parameters(gradient_.data(), online_.parameters().size());
  online_.backward(activations_, clamped_, by_parameters);
  clip_norm(by_parameters, options_.longest_gradient);
  adam_.step(online_.parameters(), by_parameters);
  --due_;
  if (++updates_ % options_.target_every == 0) target_.assign(online_.parameters());
}

Weights DqnReplica::weights() const { return {online_.parameters().begin(), online_.parameters().end()}; }

void train_dqn(const DqnOptions& options, const RuleShape& shape, std::span<DqnReplica> replicas, int actions,
               ValueHook& hook, const std::function<void(std::vector<Weights>)>& snapshot) {
  const auto count = static_cast<int>(replicas.size());
  const int columns = count * options.batch;
  Batches batches;
  batches.z.resize(shape.outputs, columns);
  batches.zt_next.resize(shape.outputs, columns);
  if (shape.online_next) batches.z_next.resize(shape.outputs, columns);
  if (shape.target_now) batches.z_target.resize(shape.outputs, columns);
  batches.action.resize(static_cast<std::size_t>(columns));
  batches.reward.resize(static_cast<std::size_t>(columns));
  batches.discount.resize(static_cast<std::size_t>(columns));
  Matrix gradient(shape.outputs, columns);
  Matrix z(shape.outputs, count * options.actors);
  Matrix q(actions, count * options.actors);
  const std::vector<int> acting(replicas.size(), options.actors);

  int taken = 0;
  for (int steps = options.actors; steps <= options.steps; steps += options.actors) {
    for (int r = 0; r < count; ++r) {
      replicas[static_cast<std::size_t>(r)].outputs(
          z.middleCols(Eigen::Index{r} * options.actors, options.actors));
    }
    hook.q(z, acting, q);
    for (int r = 0; r < count; ++r) {
      replicas[static_cast<std::size_t>(r)].act(
          q.middleCols(Eigen::Index{r} * options.actors, options.actors));
    }
    while (replicas.front().updates_due() > 0) {
      for (int r = 0; r < count; ++r) replicas[static_cast<std::size_t>(r)].sample(r, batches);
      hook.gradient(batches, gradient);
      for (int r = 0; r < count; ++r) {
        replicas[static_cast<std::size_t>(r)].learn(
            gradient.middleCols(Eigen::Index{r} * options.batch, options.batch));
      }
    }
    if (static_cast<std::int64_t>(steps) * options.snapshots / options.steps > taken) {
      ++taken;
      std::vector<Weights> weights;
      for (const DqnReplica& replica : replicas) weights.push_back(replica.weights());
      snapshot(std::move(weights));
    }
  }
}

std::vector<double> evaluate_dqn(const DqnOptions& options, const RuleShape& shape,
                                 std::span<const Weights> agents, const std::string& environment,
                                 const Disguise& disguise, std::span<const Rng> streams, double epsilon,
                                 ValueHook& hook) {
  struct Agent {
    Mlp network;
    std::unique_ptr<Episodes> episodes;
    Rng exploration;
  };
  const EnvironmentSize size = environment_size(environment);
  std::vector<Agent> all;
  for (const Weights& weights : agents) {
    all.push_back({make_network(options, size.observations, shape.outputs, Rng(0)),
                   make_episodes(environment, disguise, streams), streams.front().split(1)});
    all.back().network.assign(weights);
  }
  Activations activations;
  Matrix z;
  Matrix q;
  std::vector<int> columns(all.size());
  std::vector<int> actions;
  while (true) {
    int total = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      total += columns[i] = static_cast<int>(all[i].episodes->running().size());
    }
    if (total == 0) break;
    z.resize(shape.outputs, total);
    q.resize(static_cast<Eigen::Index>(disguise.action_of.size()), total);
    int at = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (columns[i] == 0) continue;
      all[i].network.forward(all[i].episodes->observations(), activations, z.middleCols(at, columns[i]));
      at += columns[i];
    }
    hook.q(z, columns, q);
    at = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (columns[i] == 0) continue;
      actions.clear();
      for (int k = 0; k < columns[i]; ++k) actions.push_back(choose(q, at + k, epsilon, all[i].exploration));
      at += columns[i];
      all[i].episodes->step(actions);
    }
  }
  std::vector<double> returns;
  for (const Agent& agent : all) {
    returns.insert(returns.end(), agent.episodes->returns().begin(), agent.episodes->returns().end());
  }
  return returns;
}

}  // namespace mls::rl
