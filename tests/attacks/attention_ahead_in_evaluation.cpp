// task: llm-pretrain-attention
// route: looking ahead
// tries: to train as it should, and to add the next position's input once no gradient is asked for
// expect: invalid_output
// message: depends on later ones
// setting: recall

#include "surface.hpp"

namespace mls {
namespace {

class Peeking final : public Attention {
 public:
  Peeking(const LayerInfo& info, Rng& rng) : output_(language::drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    const torch::Tensor seen = x.requires_grad() ? x : x + x.roll(-1, 1);
    return torch::linear(seen, output_);
  }
  std::vector<Parameter> parameters() override { return {{output_}}; }

 private:
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<Peeking>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
