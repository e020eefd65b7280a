// A small decoder-only transformer of the judge's: pre-RMSNorm blocks, GELU feed-forward of four times the
// width, no biases, final RMSNorm, separate head (Radford et al. 2019 with Zhang & Sennrich 2019; Su et al.
// 2021). Its parameters are leaves over one stretch of memory, their gradients over another, so that an
// optimizer sees two spans.
//
// Initial values: every matrix normal with deviation 0.7 / sqrt(fan-in), the embedding 0.7, gains 1, the head
// 0. With the deviation 0.02 that is usual at widths of a thousand, a width of 48 drowns what tokens are in
// noise.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "core/tensor.hpp"
#include "core/torch/prelude.hpp"
#include "lib/language/judge/corpus.hpp"

namespace mls::language {

/// Causal self-attention of one block, without the residual path: normalised [B, T, d] -> [B, T, d].
using Attention = std::function<torch::Tensor(std::int64_t layer, const torch::Tensor& x)>;

struct GptSpec {
  std::int64_t vocabulary = 0;
  std::int64_t width = 64;  ///< d, a multiple of 2 x heads
  std::int64_t layers = 2;
  std::int64_t heads = 4;
  std::int64_t positions = 0;  ///< > 0: adds learned absolute positions, zeros beyond this many
};

struct GptParameter {
  Shape shape;
  std::string role;        ///< "matrix", "embedding", "head" or "vector"
  std::int64_t layer = 0;  ///< -1: outside of the blocks
  std::int64_t fan_in = 1;
  torch::Tensor value;  ///< a leaf
};

class Gpt {
 public:
  /// With multi-head softmax attention of its own and rotary positions (half split, base 10,000).
  Gpt(const GptSpec& spec, Rng& rng) : Gpt(spec, rng, {}) {}
  /// With attention from elsewhere, whose parameters are not in parameters(); an empty one means its own.
  Gpt(const GptSpec& spec, Rng& rng, Attention attention);
  Gpt(Gpt&&) = default;
  Gpt& operator=(Gpt&&) = default;

  /// Tokens i64 [B, T] -> logits [B, T, vocabulary].
  [[nodiscard]] torch::Tensor logits(const torch::Tensor& tokens) const;

  [[nodiscard]] std::span<const GptParameter> parameters() const { return parameters_; }
  [[nodiscard]] std::span<float> values() { return values_; }
  /// What backward() has accumulated since zero_gradients().
  [[nodiscard]] std::span<float> gradients() { return gradients_; }
  void zero_gradients();

 private:
  struct Block {
    torch::Tensor norm1, queries, keys, values, output, norm2, up, down;
  };

  torch::Tensor own_attention(const Block& block, const torch::Tensor& x) const;
  void declare_parameters();
  void draw(Rng& rng);

  GptSpec spec_;
  Attention attention_;
  std::vector<GptParameter> parameters_;
  std::vector<float> values_;
  std::vector<float> gradients_;
  torch::Tensor embedding_, positions_, norm_, head_;
  std::vector<Block> blocks_;
};

/// Redraws every matrix with log-spaced singular values, `condition` from largest to smallest, its size
/// multiplied by a factor log-uniform in [1 / scale, scale]; its Frobenius norm is else what it would have
/// been.
void make_ill_conditioned(Gpt& model, double condition, double scale, Rng& rng);

/// Mean cross-entropy in nats of the tokens that follow.
[[nodiscard]] torch::Tensor mean_loss(const torch::Tensor& logits, const torch::Tensor& next);

/// Tensors i64 [count, length] over the windows' memory, which must outlive them.
[[nodiscard]] torch::Tensor tokens_of(const Windows& windows);
[[nodiscard]] torch::Tensor next_of(const Windows& windows);

/// y = x / rms(x) x gain over the last axis, epsilon 1e-5.
[[nodiscard]] torch::Tensor rms_norm(const torch::Tensor& x, const torch::Tensor& gain);

/// Rotates queries or keys [B, heads, T, e] by their positions 0 ... T - 1: coordinates i and i + e/2 by the
/// angle position x 10,000^(-2i/e).
[[nodiscard]] torch::Tensor rotated(const torch::Tensor& x);

}  // namespace mls::language
