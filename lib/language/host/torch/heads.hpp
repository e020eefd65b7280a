// Parts that every attention layer of several heads needs. Offered to methods.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/rng.hpp"
#include "core/torch/prelude.hpp"

namespace mls::language {

/// [B, T, heads x e] -> [B, heads, T, e].
inline torch::Tensor in_heads(const torch::Tensor& x, std::int64_t heads) {
  return x.reshape({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

/// [B, heads, T, e] -> [B, T, heads x e].
inline torch::Tensor joined(const torch::Tensor& x) {
  return x.transpose(1, 2).reshape({x.size(0), x.size(2), x.size(1) * x.size(3)});
}

/// [..., T, T], query i in row i: softmax over keys 0 ... i of each row.
inline torch::Tensor causal_softmax(const torch::Tensor& scores) {
  const std::int64_t length = scores.size(-1);
  const torch::Tensor ahead = at::triu(
      at::full({length, length}, -std::numeric_limits<float>::infinity(), at::dtype(torch::kFloat)), 1);
  return at::softmax(scores + ahead, -1);
}

/// A learned matrix [outputs, inputs] for at::linear: normal with deviation 0.7 / sqrt(inputs), as in the
/// rest of the model.
inline torch::Tensor drawn_matrix(std::int64_t outputs, std::int64_t inputs, Rng& rng) {
  torch::Tensor matrix = at::empty({outputs, inputs}, at::dtype(torch::kFloat));
  const double deviation = 0.7 / std::sqrt(static_cast<double>(inputs));
  for (std::int64_t i = 0; i < matrix.numel(); ++i)
    matrix.data_ptr<float>()[i] = static_cast<float>(rng.normal(0, deviation));
  return matrix.set_requires_grad(true);
}

}  // namespace mls::language
