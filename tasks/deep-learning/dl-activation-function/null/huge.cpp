// Null method: a slope beyond what is allowed.
#include "surface.hpp"

namespace mls {
namespace {

class Huge final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override { return x * 1e6; }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Huge>(); }

}  // namespace mls
