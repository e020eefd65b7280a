// Null method: the gradient that is handed back for the output matrix has rows of equal size, which makes
// an optimizer of the layer.
#include "surface.hpp"

namespace mls {
namespace {

struct Whitened : torch::autograd::Function<Whitened> {
  static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& matrix) {
    return matrix.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor gradient = gradients[0];
    const torch::Tensor row_sizes = gradient.norm(2, {1}, true) + 1e-12;
    return {gradient / row_sizes * gradient.norm() / std::sqrt(static_cast<double>(gradient.size(0)))};
  }
};

class FalseGradient final : public Attention {
 public:
  FalseGradient(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        inputs_(language::drawn_matrix(3 * info.width, info.width, rng)),
        output_(language::drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, Whitened::apply(inputs_)).chunk(3, 2);
    const torch::Tensor q = language::in_heads(parts[0], heads_);
    const torch::Tensor k = language::in_heads(parts[1], heads_);
    const torch::Tensor v = language::in_heads(parts[2], heads_);
    const torch::Tensor weights = language::causal_softmax(torch::matmul(q, k.transpose(2, 3)));
    return torch::linear(language::joined(torch::matmul(weights, v)), Whitened::apply(output_));
  }
  std::vector<Parameter> parameters() override { return {{inputs_}, {output_}}; }

 private:
  int heads_;
  torch::Tensor inputs_;
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<FalseGradient>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
