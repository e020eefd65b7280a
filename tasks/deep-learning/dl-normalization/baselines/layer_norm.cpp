// Layer normalisation over channels and positions of a sample. J. L. Ba, J. R. Kiros, G. Hinton.
// arXiv:1607.06450, 2016.
#include "surface.hpp"

namespace mls {
namespace {

class LayerNorm final : public Normalization {
 public:
  explicit LayerNorm(const LayerInfo& info)
      : groups_(1),
        gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x, bool) override {
    return torch::group_norm(x, groups_, gain_, shift_, 1e-5, false);
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_}; }

 private:
  int groups_;
  torch::Tensor gain_;
  torch::Tensor shift_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<LayerNorm>(info);
}

}  // namespace mls
