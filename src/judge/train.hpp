// Protocol `train`, judge's side: the judge owns data, labels, model, loop and evaluation; the host supplies
// the studied part by message. Host's side: host/train.hpp.
//
// Three kinds of hook, from cheap to dear; a task uses one, or several:
// - plan: one question before training (a schedule, initial weights, class weights). Any HostLink::ask is
// one.
// - step: one exchange a step. Gradients go in, updates come out (this file); or outputs of the network in,
// the
//   gradients of the loss by them out (lib/rl/judge/learner does it for value learning).
// - component: a layer by message, forward and backward, whose graph and own parameters stay in the host.
//   judge/component.hpp has it.
//
// What a host cannot do whatever it answers: see data, labels or the rest of the model; take more steps;
// choose batches; change what was not asked of it. What it is told is named here field by field, for every
// field is something that a method can use: a step's loss and gradient, the steps there will be, the
// schedule's scale, and per parameter its initial values, shape and role. No name of model or data set, no
// batch, no label.
//
// On the wire, step hook: `begin` with `steps` i64, `roles` text (one word a parameter, separated by blanks),
// for parameter k its shape as `shape<k>` i64 and all initial values in one tensor `values` f32 [total]; the
// host replies `ready`. Then for every step `step` with `step` i64, `scale` f64, `loss` f64 and `gradient`
// f32 [total]; the host replies `update` with `update` f32 [total], which is added to the parameters. At last
// `finish`, answered by `finished`. Both sides add in f32, so the host can keep the parameters without being
// sent them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "judge/task.hpp"

namespace mls::judge {

/// What the host may know of one parameter tensor.
struct Parameter {
  Shape shape;
  std::string role;  ///< one word that the task's surface explains: "matrix", "embedding", "bias", ...
};

/// The judge's model on the judge's data.
class Trainee {
 public:
  virtual ~Trainee() = default;
  /// In the order in which their values follow each other in `values` and in gradients.
  [[nodiscard]] virtual std::vector<Parameter> parameters() const = 0;
  /// All of them, one after the other; `train` adds the updates here.
  [[nodiscard]] virtual std::span<float> values() = 0;
  /// Loss on the batch of this step and its gradient, as large as `values`.
  virtual double gradient(std::int64_t step, std::span<float> gradient) = 0;
};

struct Training {
  std::int64_t steps = 0;
  /// The prescribed shape of the learning rate, by which the host is asked to scale; absent: 1 throughout.
  std::function<double(std::int64_t step)> scale;
};

struct Trained {
  std::int64_t steps = 0;      ///< that were taken
  std::vector<double> losses;  ///< of each step's batch, before its update
  bool diverged = false;       ///< loss or gradient were not finite: training stopped there. A valid outcome
};

/// Trains by the host's updates. One that is misshapen or not finite is a ProtocolError that names the field.
[[nodiscard]] Trained train(HostLink& host, Trainee& trainee, const Training& training);

}  // namespace mls::judge
