// Rotary positions (J. Su et al. 2021) on normalised queries and keys (M. Dehghani et al. ICML 2023).
#include "surface.hpp"

namespace mls {
namespace {

using language::causal_softmax;
using language::drawn_matrix;
using language::in_heads;
using language::joined;

/// Turns coordinates i and i + e/2 of position t by the angle t x 10,000^(-2i/e); x is [B, heads, T, e].
torch::Tensor rotated(const torch::Tensor& x) {
  const std::int64_t half = x.size(3) / 2;
  const torch::Tensor rates = torch::pow(1e4, -torch::arange(half, torch::kFloat) / half);
  const torch::Tensor angles = torch::arange(x.size(2), torch::kFloat).unsqueeze(1) * rates;
  const torch::Tensor cosines = angles.cos();
  const torch::Tensor sines = angles.sin();
  const torch::Tensor one = x.narrow(3, 0, half);
  const torch::Tensor other = x.narrow(3, half, half);
  return torch::cat({one * cosines - other * sines, one * sines + other * cosines}, 3);
}

/// Each head's vector over its root mean square, times learned gains [heads, 1, e].
torch::Tensor normalised(const torch::Tensor& x, const torch::Tensor& gains) {
  return x * torch::rsqrt(x.square().mean({3}, true) + 1e-6) * gains;
}

torch::Tensor unit_gains(const LayerInfo& info) {
  return torch::ones({info.heads, 1, info.width / info.heads}).set_requires_grad(true);
}

class RotaryQkNorm final : public Attention {
 public:
  RotaryQkNorm(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)),
        query_gains_(unit_gains(info)),
        key_gains_(unit_gains(info)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = rotated(normalised(in_heads(parts[0], heads_), query_gains_)) * scale_;
    const torch::Tensor k = rotated(normalised(in_heads(parts[1], heads_), key_gains_));
    const torch::Tensor v = in_heads(parts[2], heads_);
    const torch::Tensor weights = causal_softmax(torch::matmul(q, k.transpose(2, 3)));
    return torch::linear(joined(torch::matmul(weights, v)), output_);
  }
  std::vector<Parameter> parameters() override {
    return {{inputs_}, {output_}, {query_gains_, false}, {key_gains_, false}};
  }

 private:
  int heads_;
  double scale_;
  torch::Tensor inputs_;  // queries, keys, values
  torch::Tensor output_;
  torch::Tensor query_gains_;
  torch::Tensor key_gains_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<RotaryQkNorm>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
