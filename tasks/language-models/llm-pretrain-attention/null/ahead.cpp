// Null method: attention without a mask.
#include "surface.hpp"

namespace mls {
namespace {

class Ahead final : public Attention {
 public:
  Ahead(const LayerInfo& info, Rng& rng)
      : inputs_(language::drawn_matrix(3 * info.width, info.width, rng)),
        output_(language::drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const auto parts = torch::linear(x, inputs_).chunk(3, 2);
    const torch::Tensor weights = torch::softmax(torch::matmul(parts[0], parts[1].transpose(1, 2)), -1);
    return torch::linear(torch::matmul(weights, parts[2]), output_);
  }
  std::vector<Parameter> parameters() override { return {{inputs_}, {output_}}; }

 private:
  torch::Tensor inputs_;
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<Ahead>(info, rng);
}

bool absolute_positions() { return true; }

}  // namespace mls
