// What a method implements: the update rule that trains a transformer. Read-only.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/rng.hpp"
#include "lib/optimization/host/adam_moments.hpp"  // offered: first and second moments with bias correction

namespace mls {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Array = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

enum class Role {
  matrix,     ///< of a block: y = W x with W [rows = outputs, columns = inputs]
  embedding,  ///< [rows = tokens, columns = width]
  head,       ///< logits = W x, [rows = tokens, columns = width]; starts at zero
  vector,     ///< gains of a normalisation: [rows, 1]
};

struct ParameterInfo {
  Role role = Role::matrix;
  int layer = 0;  ///< of the block it belongs to, 0 ... ; -1 outside of the blocks
  Eigen::Index rows = 0;
  Eigen::Index columns = 0;
  double fan_in = 1;  ///< numbers that enter one output; 1 for embedding and vectors
};

/// All that is told beforehand.
struct Setup {
  std::vector<ParameterInfo> parameters;  ///< in the order in which every step presents them
  int steps = 0;                          ///< how many there will be
  double base_rate = 0;                   ///< a learning rate that suits AdamW roughly, for all models alike
};

/// One parameter at one step.
struct ParameterStep {
  Eigen::Map<const Matrix> weights;  ///< as they are
  Eigen::Map<const Matrix>
      gradient;               ///< of this batch's mean loss; all gradients together are clipped to norm 1
  Eigen::Map<Matrix> update;  ///< zero; to be filled with what is added to the weights
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Called for step = 0 ... steps - 1. `scale` in [0, 1] is the prescribed shape of the learning rate:
  /// linear warm-up over the first twentieth, then linear to zero. An update that is not finite ends the run
  /// as a protocol violation.
  virtual void step(int step, double scale, std::span<const ParameterStep> parameters) = 0;
};

/// Makes the optimizer of one training. `rng` outlives it and is the only source of randomness allowed.
std::unique_ptr<Optimizer> make_optimizer(const Setup& setup, Rng& rng);

}  // namespace mls
