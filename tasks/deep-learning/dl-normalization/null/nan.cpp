// Null method: not a number.
#include "surface.hpp"

namespace mls {
namespace {

class Nan final : public Normalization {
 public:
  torch::Tensor forward(const torch::Tensor& x, bool) override { return x * NAN; }
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo&) { return std::make_unique<Nan>(); }

}  // namespace mls
