// Rectified linear unit. V. Nair, G. Hinton. Rectified linear units improve restricted Boltzmann machines.
// ICML 2010.
#include "surface.hpp"

namespace mls {
namespace {

class Relu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::relu(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Relu>(); }

}  // namespace mls
