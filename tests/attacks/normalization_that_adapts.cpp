// task: dl-normalization
// route: state of a component
// tries: to go on averaging statistics in evaluation, so that the layer adapts to the test data
// expect: invalid_output
// message: an output that was
// honest: batch_norm
// setting: resnet-b32

#include "shared/normalizing.hpp"

namespace {

class Adapting final : public attack::AroundHonest {
 public:
  using AroundHonest::AroundHonest;
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    if (!training) (void)honest_->forward(x, true);  // moves the averages
    return honest_->forward(x, training);
  }
};

}  // namespace

std::unique_ptr<mls::Normalization> mls::make_normalization(const LayerInfo& info) {
  return std::make_unique<Adapting>(info);
}
