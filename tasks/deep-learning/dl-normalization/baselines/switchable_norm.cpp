// Switchable normalisation: learned mixtures of instance, layer and batch statistics. P. Luo, J. Ren, Z.
// Peng, R. Zhang, J. Li. ICLR 2019.
#include <tuple>

#include "surface.hpp"

namespace mls {
namespace {

class SwitchableNorm final : public Normalization {
 public:
  explicit SwitchableNorm(const LayerInfo& info)
      : gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)),
        mean_logits_(torch::ones({3}).set_requires_grad(true)),
        variance_logits_(torch::ones({3}).set_requires_grad(true)),
        mean_(torch::zeros({1, info.channels})),
        variance_(torch::ones({1, info.channels})) {}

  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    // Moments over larger sets follow from those of each channel of each sample.
    const auto [variance_in, mean_in] = torch::var_mean(x, {2, 3}, false);
    const torch::Tensor square = variance_in + mean_in.square();
    const torch::Tensor mean_ln = mean_in.mean({1}, true);
    const torch::Tensor variance_ln = square.mean({1}, true) - mean_ln.square();
    torch::Tensor mean_bn = mean_;
    torch::Tensor variance_bn = variance_;
    if (training) {
      mean_bn = mean_in.mean({0}, true);
      variance_bn = square.mean({0}, true) - mean_bn.square();
      remember(mean_bn, variance_bn);
    }
    const torch::Tensor a = torch::softmax(mean_logits_, 0);
    const torch::Tensor b = torch::softmax(variance_logits_, 0);
    const torch::Tensor mean = a[0] * mean_in + a[1] * mean_ln + a[2] * mean_bn;
    const torch::Tensor variance = b[0] * variance_in + b[1] * variance_ln + b[2] * variance_bn;
    const torch::Tensor scale = torch::rsqrt(variance + 1e-5) * gain_;
    const torch::Tensor offset = shift_ - mean * scale;
    return torch::addcmul(spread(offset), x, spread(scale));
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_, mean_logits_, variance_logits_}; }
  std::vector<torch::Tensor> buffers() override { return {mean_, variance_}; }

 private:
  static torch::Tensor spread(const torch::Tensor& values) { return values.unsqueeze(2).unsqueeze(3); }
  void remember(const torch::Tensor& mean, const torch::Tensor& variance) {
    const torch::NoGradGuard no_graph;
    mean_.lerp_(mean, 0.1);
    variance_.lerp_(variance, 0.1);
  }

  torch::Tensor gain_;
  torch::Tensor shift_;
  torch::Tensor mean_logits_;
  torch::Tensor variance_logits_;
  torch::Tensor mean_;
  torch::Tensor variance_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<SwitchableNorm>(info);
}

}  // namespace mls
