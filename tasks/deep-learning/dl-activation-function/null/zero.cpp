// Null method: nothing passes.
#include "surface.hpp"

namespace mls {
namespace {

class Zero final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return x * 0; }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Zero>(); }

}  // namespace mls
