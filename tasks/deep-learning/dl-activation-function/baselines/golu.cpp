// Gompertz linear unit, x exp(-exp(-x)). I. Das, M. Safari, S. Adriaensen, F. Hutter. arXiv:2502.03654, 2025.
#include "surface.hpp"

namespace mls {
namespace {

class Golu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override {
    // Below -5 the gate is under 1e-64: clamping it there keeps the gradient from becoming 0 times infinity.
    return x * torch::exp(-torch::exp(-torch::clamp_min(x, -5)));
  }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Golu>(); }

}  // namespace mls
