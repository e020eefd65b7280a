// Null method: nothing passes.
#include "surface.hpp"

namespace mls {
namespace {

class Zero final : public Normalization {
 public:
  torch::Tensor forward(const torch::Tensor& x, bool) override { return x * 0; }
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo&) { return std::make_unique<Zero>(); }

}  // namespace mls
