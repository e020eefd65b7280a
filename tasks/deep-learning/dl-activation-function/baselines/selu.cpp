// Scaled exponential linear unit. G. Klambauer et al. Self-normalizing neural networks. NeurIPS 2017.
#include "surface.hpp"

namespace mls {
namespace {

class Selu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return torch::selu(x); }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Selu>(); }

}  // namespace mls
