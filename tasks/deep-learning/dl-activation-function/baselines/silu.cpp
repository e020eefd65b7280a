// Sigmoid-weighted linear unit (Swish). S. Elfwing et al. 2017; P. Ramachandran et al. 2017.
#include "surface.hpp"

namespace mls {
namespace {

class Silu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::silu(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Silu>(); }

}  // namespace mls
