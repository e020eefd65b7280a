// task: llm-pretrain-attention
// route: state of a component
// tries: to have the first layer tell the second what stands at the next position, beside the judge's network
// expect: invalid_output
// message: an output that was
// setting: recall

#include "surface.hpp"

namespace mls {
namespace {

torch::Tensor told;

class Telling final : public Attention {
 public:
  Telling(const LayerInfo& info, Rng& rng)
      : first_(info.index == 0), output_(language::drawn_matrix(info.width, info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    if (first_) {
      told = x.detach().roll(-1, 1);
      return torch::linear(x, output_);
    }
    return torch::linear(told.sizes() == x.sizes() ? told : x, output_);
  }
  std::vector<Parameter> parameters() override { return {{output_}}; }

 private:
  bool first_;
  torch::Tensor output_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<Telling>(info, rng);
}

bool absolute_positions() { return false; }

}  // namespace mls
