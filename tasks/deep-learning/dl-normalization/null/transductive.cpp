// Null method: statistics of the test batch.
#include "surface.hpp"

namespace mls {
namespace {

class Transductive final : public Normalization {
 public:
  torch::Tensor forward(const torch::Tensor& x, bool) override {
    return torch::batch_norm(x, {}, {}, {}, {}, true, 0.1, 1e-5, false);
  }
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo&) {
  return std::make_unique<Transductive>();
}

}  // namespace mls
