// Deep Q-learning without its idea: networks, replay memory, target network, exploration schedule and
// optimizer (Mnih et al. 2015) are here; how a network's outputs are read as action values, and what they are
// to learn, is asked of a ValueHook.
//
// Several replicas learn side by side in lock-step, each with weights, environments and memory of its own, so
// that one question to the hook serves all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "lib/rl/judge/env/actors.hpp"
#include "lib/rl/judge/learner/replay.hpp"
#include "lib/rl/judge/net/mlp.hpp"

namespace mls::rl {

struct DqnOptions {
  int hidden = 64;  ///< units in each of two hidden layers
  double gamma = 0.99;
  int actors = 8;            ///< environments of a replica, stepped together
  int steps = 24000;         ///< environment steps of a replica
  int warm_up = 500;         ///< steps before the first update
  int steps_per_update = 1;  ///< must divide `actors`, or be a multiple of it
  int batch = 64;
  int target_every = 200;  ///< updates between copies of the online to the target network
  double epsilon_first = 1;
  double epsilon_last = 0.05;
  double epsilon_share = 0.1;  ///< of the steps, in which epsilon falls linearly
  float rate = 5e-4F;
  double longest_gradient = 10;
  int snapshots = 20;  ///< equally spaced, the last at the end

  [[nodiscard]] int updates() const;
};

/// What a rule asks of the learner, fixed for a run.
struct RuleShape {
  int outputs = 0;           ///< K, of the network
  int n_step = 1;            ///< steps of a transition
  bool online_next = false;  ///< wants z_next
  bool target_now = false;   ///< wants z_target
};

/// One batch of every replica: replica r has columns r * batch ... (r + 1) * batch - 1. Matrices that the
/// shape does not ask for are empty.
struct Batches {
  Matrix z;         ///< [K, replicas * batch] online network, observations
  Matrix z_target;  ///< target network, observations
  Matrix z_next;    ///< online network, observations n steps later
  Matrix zt_next;   ///< target network, observations n steps later
  std::vector<std::int32_t> action;
  std::vector<float> reward;    ///< discounted sum over the n steps
  std::vector<float> discount;  ///< of what follows; 0 = nothing does
};

/// The studied part, one rule for each replica.
class ValueHook {
 public:
  virtual ~ValueHook() = default;
  /// Action values q [A, N] of outputs z [K, N]. Columns belong to rule 0 first, then to rule 1 ...;
  /// columns[r] is how many to rule r. q has its size already.
  virtual void q(const Matrix& z, std::span<const int> columns, Matrix& q) = 0;
  /// Gradient of each replica's loss (a mean over its batch) by z; `gradient` has its size already.
  virtual void gradient(const Batches& batches, Matrix& gradient) = 0;
};

/// A replica's network as it was at one moment of training.
using Weights = std::vector<float>;

/// One agent in training. For every step of the actors: outputs(), act(), and as many times as updates_due():
/// sample(), learn().
class DqnReplica {
 public:
  DqnReplica(const DqnOptions& options, const RuleShape& shape, std::unique_ptr<Actors> actors,
             const Rng& rng);

  /// Network outputs [K, actors] for what the actors see.
  void outputs(Eigen::Ref<Matrix> z);
  /// Steps every actor: the best of q [A, actors], or with probability epsilon a random action.
  void act(const Eigen::Ref<const Matrix>& q);
  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] int updates_due() const { return due_; }
  /// Draws a batch into the columns of replica `index`.
  void sample(int index, Batches& batches);
  /// Follows sample: one step of the optimizer by the gradient [K, batch]. Entries beyond 1e6 count as 1e6,
  /// the norm is clipped.
  void learn(const Eigen::Ref<const Matrix>& gradient);
  [[nodiscard]] Weights weights() const;

 private:
  [[nodiscard]] double epsilon() const;

  DqnOptions options_;
  RuleShape shape_;
  std::unique_ptr<Actors> actors_;
  Rng exploration_;
  Rng sampling_;
  Mlp online_;
  Mlp target_;
  Adam adam_;
  Replay replay_;
  int steps_ = 0;
  int updates_ = 0;
  int due_ = 0;
  Activations activations_;  // of the batch in learning
  Activations others_;
  Matrix seen_;
  Matrix next_;
  Matrix clamped_;
  std::vector<int> picks_;
  std::vector<int> actions_;
  Eigen::VectorXf gradient_;
};

/// Trains all replicas by the hook. After every steps / snapshots steps `snapshot` is called with the
/// replicas' weights.
void train_dqn(const DqnOptions& options, const RuleShape& shape, std::span<DqnReplica> replicas, int actions,
               ValueHook& hook, const std::function<void(std::vector<Weights>)>& snapshot);

/// Returns of agents with these weights: [agents, streams], row-major. Every agent plays one episode for each
/// of `streams` with true rewards, the best action of q or, with probability epsilon, a random one. Rule r of
/// the hook is agent r.
[[nodiscard]] std::vector<double> evaluate_dqn(const DqnOptions& options, const RuleShape& shape,
                                               std::span<const Weights> agents,
                                               const std::string& environment, const Disguise& disguise,
                                               std::span<const Rng> streams, double epsilon, ValueHook& hook);

}  // namespace mls::rl
