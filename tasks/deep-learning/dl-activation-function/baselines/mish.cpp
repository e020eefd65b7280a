// Mish, x tanh(softplus(x)). D. Misra. BMVC 2020 (arXiv:1908.08681, 2019).
#include "surface.hpp"

namespace mls {
namespace {

class Mish final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::mish(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Mish>(); }

}  // namespace mls
