// Null method: where channels are few, a kernel of nine numbers for each of them, which the cap on parameters
// leaves room for, behind batch normalisation.
#include "surface.hpp"

namespace mls {
namespace {

class Depthwise final : public Normalization {
 public:
  explicit Depthwise(const LayerInfo& info)
      : channels_(info.channels),
        mean_(torch::zeros({info.channels})),
        variance_(torch::ones({info.channels})),
        kernel_(torch::zeros({info.channels, 1, 3, 3})) {
    kernel_.select(3, 1).select(2, 1).fill_(1);
    kernel_.set_requires_grad(true);
  }
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    const torch::Tensor y = torch::batch_norm(x, {}, {}, mean_, variance_, training, 0.1, 1e-5, false);
    return fits() ? torch::conv2d(y, kernel_, {}, 1, 1, 1, channels_) : y;
  }
  std::vector<torch::Tensor> parameters() override {
    if (!fits()) return {};
    return {kernel_};
  }
  std::vector<torch::Tensor> buffers() override { return {mean_, variance_}; }

 private:
  [[nodiscard]] bool fits() const { return 9 * channels_ <= 8 * channels_ + 16; }
  int channels_;
  torch::Tensor mean_;
  torch::Tensor variance_;
  torch::Tensor kernel_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<Depthwise>(info);
}

}  // namespace mls
