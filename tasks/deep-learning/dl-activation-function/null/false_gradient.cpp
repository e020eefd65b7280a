// Null method: the gradient that is handed back is not that of the function, but has unit size in every
// layer.
#include "surface.hpp"

namespace mls {
namespace {

class Unit : public torch::autograd::Function<Unit> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& x) {
    return torch::relu(x);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::variable_list gradients) {
    return {gradients[0] / (gradients[0].norm() + 1e-12)};
  }
};

class FalseGradient final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return Unit::apply(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<FalseGradient>(); }

}  // namespace mls
