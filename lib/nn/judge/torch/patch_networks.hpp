// Networks that read an image as a sequence of square patches: a vision transformer and an MLP-Mixer.
#pragma once

#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/parts.hpp"

namespace mls::nn {

/// What both have in common. Tokens are patches, row by row; parts see them as rows [samples x tokens,
/// features].
struct PatchShape {
  int channels = 1;
  int side = 16;  ///< of the image, a multiple of `patch`
  int patch = 4;
  int width = 32;  ///< features of a token
  int depth = 4;   ///< blocks
  int classes = 10;

  [[nodiscard]] int tokens() const { return (side / patch) * (side / patch); }
};

/// Cuts, embeds and normalises; the rest is the derived networks'.
class PatchNetwork : public Network {
 public:
  [[nodiscard]] std::vector<Place> places() const override;  ///< of the activation
  [[nodiscard]] std::vector<Place> normalization_places() const;
  [[nodiscard]] std::vector<Parameter> parameters() const override;

 protected:
  /// Throws std::invalid_argument when `patch` does not divide `side`.
  PatchNetwork(const PatchShape& shape, Parts parts, int norms, Rng rng);

  /// Images [samples, channels, side, side] to tokens [samples, tokens, width]. Throws std::invalid_argument
  /// for another size.
  [[nodiscard]] torch::Tensor embedded(const torch::Tensor& x);
  [[nodiscard]] torch::Tensor normalized(int place, const torch::Tensor& tokens, bool training) const;
  /// Two linear layers, numbers `layer` and `layer` + 1, over the last axis, the activation between them.
  [[nodiscard]] torch::Tensor mlp(int layer, int place, const torch::Tensor& x, bool training);

  PatchShape shape_;
  Parts parts_;
  std::vector<int> activation_widths_;  // by place; filled by derived constructors
  std::vector<Parameter> extra_;        // beside the layers' and the norms'

 private:
  int norm_places_;
  std::vector<LayerNorm> norms_;
};

/// A vision transformer (Dosovitskiy et al. 2021): learned positions, blocks of multi-head self-attention and
/// an MLP with `ratio` times the width, mean over tokens, linear. Before each of the two (`norm_first`, with
/// one more normalisation at the end) or after their sum with the shortcut (Vaswani et al. 2017) the tokens
/// are normalised. Own parts: GELU and layer normalisation.
struct VitShape {
  PatchShape patches;
  int heads = 4;  ///< divides the width
  int ratio = 2;
  bool norm_first = true;
};
class Vit final : public PatchNetwork {
 public:
  /// Throws std::invalid_argument when the shape does not work out.
  Vit(const VitShape& shape, Parts parts, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
  /// [1, tokens, width], a parameter.
  [[nodiscard]] const torch::Tensor& positions() const { return positions_; }

 private:
  [[nodiscard]] torch::Tensor attention(int layer, const torch::Tensor& tokens);

  int heads_;
  bool norm_first_;
  torch::Tensor positions_;
};

/// An MLP-Mixer (Tolstikhin et al. 2021): blocks of an MLP over the tokens, the same for every feature, and
/// one over the features, the same for every token, each with twice as many hidden units as inputs, after
/// normalisation and beside a shortcut; normalisation, mean over tokens, linear. Own parts: GELU and layer
/// normalisation. The activation sees rows [samples x width, hidden] within the MLP over tokens.
class Mixer final : public PatchNetwork {
 public:
  Mixer(const PatchShape& shape, Parts parts, Rng rng);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, bool training) override;
};

}  // namespace mls::nn
