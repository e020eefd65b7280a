// Attention with linear biases: scores fall with distance, at another rate in each head. O. Press, N. A.
// Smith, M. Lewis. ICLR 2022.
#include "surface.hpp"

namespace mls {
namespace {

using language::causal_softmax;
using language::drawn_matrix;
using language::in_heads;
using language::joined;

class Alibi final : public Attention {
 public:
  Alibi(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = in_heads(parts[0], heads_) * scale_;
    const torch::Tensor k = in_heads(parts[1], heads_);
    const torch::Tensor v = in_heads(parts[2], heads_);
    const torch::Tensor weights = causal_softmax(torch::matmul(q, k.transpose(2, 3)) + biases(x.size(1)));
    return torch::linear(joined(torch::matmul(weights, v)), output_);
  }
  std::vector<Parameter> parameters() override { return {{inputs_}, {output_}}; }

 private:
  /// -2^(-8h / heads) x distance, h = 1 ... heads: [heads, T, T].
  [[nodiscard]] torch::Tensor biases(std::int64_t length) const {
    const torch::Tensor at = torch::arange(length, torch::kFloat);
    const torch::Tensor slopes = torch::pow(2, torch::arange(1, heads_ + 1, torch::kFloat) * (-8.0 / heads_));
    return slopes.reshape({heads_, 1, 1}) * (at.unsqueeze(0) - at.unsqueeze(1));
  }

  int heads_;
  double scale_;
  torch::Tensor inputs_;  // queries, keys, values
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<Alibi>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
