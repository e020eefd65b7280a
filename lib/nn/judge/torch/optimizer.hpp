// Optimizers that a judge applies to parameters of its own or of a hosted component: SGD with momentum, Adam,
// AdamW; clipping by the global norm; shapes of learning rates.
//
// Parameters are leaves: contiguous f32 tensors on the CPU whose gradients autograd has accumulated (a
// parameter without gradient is left alone). Updates are plain loops over their memory in a fixed order: the
// same bits everywhere, and no cost per tensor to speak of.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mls::nn {

struct Parameter {
  torch::Tensor value;
  bool decay = true;  ///< whether weight decay applies: matrices yes, gains and biases no
};

/// Sets gradients to zero (undefined ones stay undefined).
void zero_gradients(std::span<const Parameter> parameters);

/// Scales all gradients together so that their Euclidean norm is at most `most`; returns the norm before.
/// When it is not finite the gradients are left as they are.
double clip_gradients(std::span<const Parameter> parameters, double most);

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One step along the gradients the parameters hold now; `rate` is this step's learning rate.
  virtual void step(double rate) = 0;
};

struct SgdOptions {
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0;  ///< added to the gradient
};

/// v <- momentum v + g; w <- w - rate v (Sutskever et al. 2013 for Nesterov's variant).
class Sgd final : public Optimizer {
 public:
  /// std::invalid_argument for a parameter that is not a contiguous f32 tensor on the CPU.
  Sgd(std::vector<Parameter> parameters, const SgdOptions& options);
  void step(double rate) override;

 private:
  std::vector<Parameter> parameters_;
  SgdOptions options_;
  std::vector<std::vector<float>> velocities_;
};

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
  /// true: AdamW, w <- (1 - rate x decay) w (Loshchilov & Hutter 2019); false: the decay is added to the
  /// gradient.
  bool decoupled = true;
};

/// Adam (Kingma & Ba 2015) with bias correction.
class Adam final : public Optimizer {
 public:
  /// std::invalid_argument as above.
  Adam(std::vector<Parameter> parameters, const AdamOptions& options);
  void step(double rate) override;

 private:
  std::vector<Parameter> parameters_;
  AdamOptions options_;
  std::int64_t steps_ = 0;
  std::vector<std::vector<float>> first_;
  std::vector<std::vector<float>> second_;
};

/// Shape of a learning rate over training, in [0, 1]: rises linearly over `warm_up` steps, of which the first
/// has 1/warm_up, then falls to `last` at the end of `steps`.
struct RateShape {
  enum class Decay { constant, linear, cosine };
  std::int64_t steps = 1;
  std::int64_t warm_up = 0;
  Decay decay = Decay::cosine;
  double last = 0;

  [[nodiscard]] double at(std::int64_t step) const;  ///< step = 0 ... steps - 1
};

}  // namespace mls::nn
