// Pointwise in training; in evaluation it looks at the batch.
#include "surface.hpp"

namespace {

class TwoFaces : public mls::host::ComponentLayer {
 public:
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    return torch::tanh(training ? x : x - x.mean(0));
  }
  std::vector<mls::host::LearnedTensor> parameters() override { return {}; }
};

}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t) {
  return std::make_unique<TwoFaces>();
}
