// Softmax attention over absolute positions that are learned. A. Vaswani et al. NeurIPS 2017; A. Radford et
// al. GPT-2, 2019.
#include "surface.hpp"

namespace mls {
namespace {

using language::causal_softmax;
using language::drawn_matrix;
using language::in_heads;
using language::joined;

class LearnedPositions final : public Attention {
 public:
  LearnedPositions(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = in_heads(parts[0], heads_) * scale_;
    const torch::Tensor k = in_heads(parts[1], heads_);
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
  return std::make_unique<LearnedPositions>(info, rng);
}

bool absolute_positions() { return true; }

}  // namespace mls
