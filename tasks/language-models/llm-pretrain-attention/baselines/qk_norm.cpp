// Normalised queries and keys over learned positions. A. Henry et al. EMNLP findings 2020; M. Dehghani et al.
// ICML 2023.
#include "surface.hpp"

namespace mls {
namespace {

using language::causal_softmax;
using language::drawn_matrix;
using language::in_heads;
using language::joined;

/// Each head's vector over its root mean square, times learned gains [heads, 1, e].
torch::Tensor normalised(const torch::Tensor& x, const torch::Tensor& gains) {
  return x * torch::rsqrt(x.square().mean({3}, true) + 1e-6) * gains;
}

torch::Tensor unit_gains(const LayerInfo& info) {
  return torch::ones({info.heads, 1, info.width / info.heads}).set_requires_grad(true);
}

class QkNorm final : public Attention {
 public:
  QkNorm(const LayerInfo& info, Rng& rng)
      : heads_(info.heads),
        scale_(1 / std::sqrt(static_cast<double>(info.width / info.heads))),
        inputs_(drawn_matrix(3 * info.width, info.width, rng)),
        output_(drawn_matrix(info.width, info.width, rng)),
        query_gains_(unit_gains(info)),
        key_gains_(unit_gains(info)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor q = normalised(in_heads(parts[0], heads_), query_gains_) * scale_;
    const torch::Tensor k = normalised(in_heads(parts[1], heads_), key_gains_);
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
  return std::make_unique<QkNorm>(info, rng);
}

bool absolute_positions() { return true; }

}  // namespace mls
