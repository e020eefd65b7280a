// What a method implements: causal self-attention, of which each block of the judge's transformer gets its
// own. Read-only.
#pragma once

#include <memory>
#include <vector>

// clang-format off: libtorch first.
#include "host/torch/prelude.hpp"
#include "core/rng.hpp"
#include "lib/language/host/torch/heads.hpp"  // offered: splitting into heads, causal softmax, initial matrices
// clang-format on

namespace mls {

/// Of one layer.
struct LayerInfo {
  int index = 0;    ///< from 0, in order of evaluation
  int layers = 0;   ///< how many there are
  int width = 0;    ///< d
  int heads = 0;    ///< a suggestion; width is a multiple of 2 x heads
  int context = 0;  ///< length of sequences in training; in evaluation they may be longer
};

/// Trained by the judge's AdamW, together with all other weights.
struct Parameter {
  torch::Tensor value;  ///< float32, requires its gradient
  bool decay = true;    ///< whether weight decay applies: matrices yes, gains and biases no
};

class Attention {
 public:
  virtual ~Attention() = default;
  /// x is float32 [B, T, d], normalised by the block; y, of the same shape, is what the block adds to its
  /// residual stream. B and T differ from call to call. Row b, position t of y may depend on row b, positions
  /// 0
  /// ... t of x and on the parameters, and on nothing else. Automatic differentiation finds the gradients.
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;
  /// Asked for once, after construction. At most 5.2 d^2 + 24 d numbers together (plain attention has 4 d^2).
  virtual std::vector<Parameter> parameters() = 0;
};

/// Called once a layer, in order, before training, and again for evaluation, when parameters are then set to
/// what training has made of them. `rng` outlives the layers and is the only source of randomness allowed.
std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng);

/// true: the judge adds a learned vector to the embedding of each position 0 ... context - 1, and nothing to
/// later ones.
bool absolute_positions();

}  // namespace mls
