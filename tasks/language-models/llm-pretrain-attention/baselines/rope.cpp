// Rotary positions. J. Su et al. arXiv:2104.09864, 2021.
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

class RotaryPositions final : public Attention {
 public:
  RotaryPositions(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = rotated(in_heads(parts[0], heads_)) * scale_;
    const torch::Tensor k = rotated(in_heads(parts[1], heads_));
    const torch::Tensor v = in_heads(parts[2], heads_);
    const torch::Tensor weights = causal_softmax(torch::matmul(q, k.transpose(2, 3)));
    return torch::linear(joined(torch::matmul(weights, v)), output_);
  }
  std::vector<Parameter> parameters() override { return {{inputs_}, {output_}}; }

 private:
  int heads_;
  double scale_;
  torch::Tensor inputs_;  // queries, keys, values
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<RotaryPositions>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
