// Forgetting attention: scores fall by the forget gates between key and query; no other positions. Z. Lin et
// al. ICLR 2025.
#include "surface.hpp"

namespace mls {
namespace {

using language::causal_softmax;
using language::drawn_matrix;
using language::in_heads;
using language::joined;

class ForgettingAttention final : public Attention {
 public:
  ForgettingAttention(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)),
        gates_(drawn_matrix(info.heads, info.width, rng)),
        biases_(torch::zeros({info.heads}).set_requires_grad(true)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = in_heads(parts[0], heads_) * scale_;
    const torch::Tensor k = in_heads(parts[1], heads_);
    const torch::Tensor v = in_heads(parts[2], heads_);
    // [B, heads, T]: logarithm of what is kept of the first position's past.
    const torch::Tensor kept =
        torch::cumsum(torch::log_sigmoid(torch::linear(x, gates_, biases_)), 1).transpose(1, 2);
    const torch::Tensor weights =
        causal_softmax(torch::matmul(q, k.transpose(2, 3)) + kept.unsqueeze(3) - kept.unsqueeze(2));
    return torch::linear(joined(torch::matmul(weights, v)), output_);
  }
  std::vector<Parameter> parameters() override { return {{inputs_}, {output_}, {gates_}, {biases_, false}}; }

 private:
  int heads_;
  double scale_;
  torch::Tensor inputs_;  // queries, keys, values
  torch::Tensor output_;
  torch::Tensor gates_;
  torch::Tensor biases_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<ForgettingAttention>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
