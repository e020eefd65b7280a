// Exponential linear unit, alpha = 1. D.-A. Clevert, T. Unterthiner, S. Hochreiter. ICLR 2016.
#include "surface.hpp"

namespace mls {
namespace {

class Elu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::elu(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Elu>(); }

}  // namespace mls
