// Gaussian error linear unit, exact form. D. Hendrycks, K. Gimpel. arXiv:1606.08415, 2016.
#include <numbers>

#include "surface.hpp"

namespace mls {
namespace {

class Gelu final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override {
    return 0.5 * x * (1 + torch::erf(x * std::numbers::sqrt2 / 2));
  }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Gelu>(); }

}  // namespace mls
