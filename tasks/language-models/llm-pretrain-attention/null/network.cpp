// Null method: a feed-forward network of its own, which has more parameters than attention may have.
#include "surface.hpp"

namespace mls {
namespace {

class Network final : public Attention {
 public:
  Network(const LayerInfo& info, Rng& rng)
      : up_(language::drawn_matrix(4 * info.width, info.width, rng)),
        down_(language::drawn_matrix(info.width, 4 * info.width, rng)) {}

  torch::Tensor forward(const torch::Tensor& x) override {
    return torch::linear(torch::gelu(torch::linear(x, up_)), down_);
  }
  std::vector<Parameter> parameters() override { return {{up_}, {down_}}; }

 private:
  torch::Tensor up_;
  torch::Tensor down_;
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo& info, Rng& rng) {
  return std::make_unique<Network>(info, rng);
}

bool absolute_positions() { return true; }

}  // namespace mls
