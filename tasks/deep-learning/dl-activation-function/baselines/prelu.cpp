// Parametric ReLU: a learned slope for each channel, .25 at first. K. He, X. Zhang, S. Ren, J. Sun. ICCV
// 2015.
#include "surface.hpp"

namespace mls {
namespace {

class Prelu final : public Activation {
 public:
  explicit Prelu(int channels) : slope_(torch::full({channels}, 0.25F).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x) override { return torch::prelu(x, slope_); }
  std::vector<torch::Tensor> parameters() override { return {slope_}; }

 private:
  torch::Tensor slope_;
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo& info) {
  return std::make_unique<Prelu>(info.channels);
}

}  // namespace mls
