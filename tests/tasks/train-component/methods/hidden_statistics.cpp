// Normalises by the batch in training, and in evaluation by what it has carried out: batch normalisation
// under the name of a pointwise function.
#include "surface.hpp"

namespace {

class HiddenStatistics : public mls::host::ComponentLayer {
 public:
  explicit HiddenStatistics(std::int64_t channels) : mean_(torch::zeros({channels})) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    if (!training) return torch::tanh(x - mean_);
    const torch::Tensor centred = x - x.mean(0);
    {
      const at::NoGradGuard no_grad;
      mean_.copy_(x.mean(0));
    }
    return torch::tanh(centred);
  }
  std::vector<mls::host::LearnedTensor> parameters() override { return {}; }
  std::vector<torch::Tensor> buffers() override { return {mean_}; }

 private:
  torch::Tensor mean_;
};

}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t channels) {
  return std::make_unique<HiddenStatistics>(channels);
}
