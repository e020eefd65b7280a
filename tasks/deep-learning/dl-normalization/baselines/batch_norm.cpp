// Batch normalisation, running statistics (momentum .1) in evaluation. S. Ioffe, C. Szegedy. ICML 2015.
#include "surface.hpp"

namespace mls {
namespace {

class BatchNorm final : public Normalization {
 public:
  explicit BatchNorm(const LayerInfo& info)
      : gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)),
        mean_(torch::zeros({info.channels})),
        variance_(torch::ones({info.channels})) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    return torch::batch_norm(x, gain_, shift_, mean_, variance_, training, 0.1, 1e-5, false);
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
  return std::make_unique<BatchNorm>(info);
}

}  // namespace mls
