// task: dl-normalization
// route: statistics of the test data
// tries: to normalise by running averages as it should, but by the test batch itself where that is large
// expect: invalid_output
// message: depends on other rows
// honest: batch_norm
// setting: resnet-b32

#include "shared/normalizing.hpp"

namespace {

class ByLargeBatches final : public attack::AroundHonest {
 public:
  using AroundHonest::AroundHonest;
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    const std::vector<torch::Tensor> learned = honest_->parameters();
    if (training || x.size(0) < 24) return honest_->forward(x, training);
    return torch::batch_norm(x, learned[0], learned[1], {}, {}, true, 0.1, 1e-5, false);
  }
};

}  // namespace

std::unique_ptr<mls::Normalization> mls::make_normalization(const LayerInfo& info) {
  return std::make_unique<ByLargeBatches>(info);
}
