// Filter response normalisation: the mean square of each channel of each sample, no mean. S. Singh, S.
// Krishnan. CVPR 2020.
#include "surface.hpp"

namespace mls {
namespace {

torch::Tensor each(const torch::Tensor& of_channels) { return of_channels.reshape({1, -1, 1, 1}); }

class FilterResponseNorm final : public Normalization {
 public:
  explicit FilterResponseNorm(const LayerInfo& info)
      : gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x, bool) override {
    const torch::Tensor scale = torch::rsqrt(x.square().mean({2, 3}, true) + 1e-5);
    return torch::addcmul(each(shift_), x, scale * each(gain_));
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_}; }

 private:
  torch::Tensor gain_;
  torch::Tensor shift_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<FilterResponseNorm>(info);
}

}  // namespace mls
