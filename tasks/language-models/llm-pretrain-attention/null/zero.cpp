// Null method: no attention at all, so that nothing passes between positions.
#include "surface.hpp"

namespace mls {
namespace {

class Zero final : public Attention {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return x * 0; }
  std::vector<Parameter> parameters() override { return {}; }
};

}  // namespace

std::unique_ptr<Attention> make_attention(const LayerInfo&, Rng&) { return std::make_unique<Zero>(); }

bool absolute_positions() { return true; }

}  // namespace mls
