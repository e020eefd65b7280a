// Batch-instance normalisation: a learned mixture of both for each channel. H. Nam, H.-E. Kim. NeurIPS 2018.
#include "surface.hpp"

namespace mls {
namespace {

torch::Tensor each(const torch::Tensor& of_channels) { return of_channels.reshape({1, -1, 1, 1}); }

class BatchInstanceNorm final : public Normalization {
 public:
  explicit BatchInstanceNorm(const LayerInfo& info)
      : channels_(info.channels),
        gain_(torch::ones({info.channels}).set_requires_grad(true)),
        shift_(torch::zeros({info.channels}).set_requires_grad(true)),
        gate_(torch::ones({info.channels}).set_requires_grad(true)),
        mean_(torch::zeros({info.channels})),
        variance_(torch::ones({info.channels})) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    const torch::Tensor batch = torch::batch_norm(x, {}, {}, mean_, variance_, training, 0.1, 1e-5, false);
    const torch::Tensor instance = torch::group_norm(x, channels_, {}, {}, 1e-5, false);
    const torch::Tensor share = torch::sigmoid(gate_);
    return batch * each(share * gain_) + instance * each((1 - share) * gain_) + each(shift_);
  }
  std::vector<torch::Tensor> parameters() override { return {gain_, shift_, gate_}; }
  std::vector<torch::Tensor> buffers() override { return {mean_, variance_}; }

 private:
  int channels_;
  torch::Tensor gain_;
  torch::Tensor shift_;
  torch::Tensor gate_;
  torch::Tensor mean_;
  torch::Tensor variance_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<BatchInstanceNorm>(info);
}

}  // namespace mls
