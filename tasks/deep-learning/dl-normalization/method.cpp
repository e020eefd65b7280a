// Instance normalisation: each channel of each sample. D. Ulyanov, A. Vedaldi, V. Lempitsky.
// arXiv:1607.08022, 2016.
#include "surface.hpp"

namespace mls {
namespace {

class InstanceNorm final : public Normalization {
 public:
  explicit InstanceNorm(const LayerInfo& info)
      : groups_(info.channels),
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
  return std::make_unique<InstanceNorm>(info);
}

}  // namespace mls
