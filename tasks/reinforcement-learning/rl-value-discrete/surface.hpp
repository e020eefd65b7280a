// What a method implements: a rule of value learning for one agent with discrete actions. Read-only.
//
// The judge owns the agent: a network with two hidden layers of 64 ReLU units and K linear outputs z, a
// target network (a copy that is renewed every 100 updates), replay memory, epsilon-greedy exploration, Adam
// and the clipping of gradients by their norm. The rule says how many outputs there are, how action values
// are read from them, and with which gradient by the outputs they learn.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Dense>

#include "core/rng.hpp"
#include "lib/rl/host/value_losses.hpp"  // offered: softmax, projections, histograms, quantile regression

namespace mls {

/// All that is told beforehand.
struct Info {
  int actions = 0;   ///< A >= 2; actions are 0 ... A - 1, in random order
  double gamma = 0;  ///< discount of one step
  int updates = 0;   ///< how often `gradient` will be asked
  int batch = 0;     ///< B, transitions of an update
};

/// What a rule asks of the agent; the same throughout a run.
struct Head {
  int outputs = 0;           ///< K, 1 ... 64 A
  int n_step = 1;            ///< 1 ... 5: transitions span so many steps
  bool online_next = false;  ///< wants Batch::z_next
  bool target_now = false;   ///< wants Batch::z_target
};

/// Network outputs [K, N], one column for each observation. A view that is valid during the call.
using Outputs = Eigen::Map<const Eigen::MatrixXf>;

/// B transitions drawn uniformly from replay memory.
struct Batch {
  Outputs z;         ///< online network, observation before the action
  Outputs z_target;  ///< target network, the same observation; empty unless asked for
  Outputs z_next;    ///< online network, observation n steps later; empty unless asked for
  Outputs zt_next;   ///< target network, observation n steps later
  std::span<const std::int32_t> action;
  std::span<const float>
      reward;  ///< discounted sum over the n steps; its unit differs from setting to setting
  std::span<const float> discount;  ///< weight of what follows: gamma^n, or 0 where the episode terminated
};

/// The rule of one agent. Several agents learn side by side, one rule each; they must not share anything.
class ValueRule {
 public:
  virtual ~ValueRule() = default;

  [[nodiscard]] virtual Head head() const = 0;

  /// Action values of network outputs: z [K, N] -> out [A, N]. Agents act by the largest. A function of each
  /// column and the rule's state, nothing else: the judge asks twice, and in another order.
  virtual void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const = 0;

  /// Gradient by z of the loss, a mean over the batch: out [K, B]. Called once an update.
  virtual void gradient(const Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) = 0;

  /// Agents are evaluated after training, in another process, by their networks as they were at several
  /// times: all that q needs to know from training beside z, at most 64 numbers. `restore` gets them in a
  /// fresh rule.
  [[nodiscard]] virtual std::vector<float> state() const { return {}; }
  virtual void restore(std::span<const float> /*state*/) {}
};

/// Makes the rule of one agent. `rng` is this rule's own, outlives it, and is the only source of randomness
/// allowed.
std::unique_ptr<ValueRule> make_rule(const Info& info, Rng& rng);

}  // namespace mls
