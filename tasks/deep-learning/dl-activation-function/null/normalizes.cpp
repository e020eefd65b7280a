// Null method: a normalisation over the batch instead of a function of each number.
#include "surface.hpp"

namespace mls {
namespace {

class Normalizes final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override {
    return torch::relu((x - x.mean(0)) / (x.std(0) + 1e-5));
  }
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Normalizes>(); }

}  // namespace mls
