// Null method: batch normalisation whose gradient goes down at the same size for each channel and sample,
// which makes an optimizer of the layers below.
#include "surface.hpp"

namespace mls {
namespace {

struct Levelled : torch::autograd::Function<Levelled> {
  static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& x) {
    return x.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor gradient = gradients[0];
    const torch::Tensor sizes = gradient.square().sum({2, 3}, true).sqrt() + 1e-12;
    return {gradient * (sizes.mean() / sizes)};
  }
};

class FalseGradient final : public Normalization {
 public:
  explicit FalseGradient(const LayerInfo& info)
      : gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)),
        mean_(torch::zeros({info.channels})),
        variance_(torch::ones({info.channels})) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    return torch::batch_norm(Levelled::apply(x), gain_, shift_, mean_, variance_, training, 0.1, 1e-5, false);
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_}; }
  std::vector<torch::Tensor> buffers() override { return {mean_, variance_}; }

 private:
  torch::Tensor gain_;
  torch::Tensor shift_;
  torch::Tensor mean_;
  torch::Tensor variance_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<FalseGradient>(info);
}

}  // namespace mls
