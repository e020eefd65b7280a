// Hyperbolic tangent. Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller. Efficient backprop. 1998.
#include "surface.hpp"

namespace mls {
namespace {

class Tanh final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::tanh(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Tanh>(); }

}  // namespace mls
