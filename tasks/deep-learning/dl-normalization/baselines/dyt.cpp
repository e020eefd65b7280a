// Dynamic tanh: no statistics at all. J. Zhu, X. Chen, K. He, Y. LeCun, Z. Liu. CVPR 2025.
#include "surface.hpp"

namespace mls {
namespace {

torch::Tensor each(const torch::Tensor& of_channels) { return of_channels.reshape({1, -1, 1, 1}); }

class DynamicTanh final : public Normalization {
 public:
  explicit DynamicTanh(const LayerInfo& info)
      : gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)),
        alpha_(torch::full({1}, 0.5F).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x, bool) override {
    return torch::addcmul(each(shift_), torch::tanh(alpha_ * x), each(gain_));
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_, alpha_}; }

 private:
  torch::Tensor gain_;
  torch::Tensor shift_;
  torch::Tensor alpha_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<DynamicTanh>(info);
}

}  // namespace mls
