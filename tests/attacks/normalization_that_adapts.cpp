// task: dl-normalization
// route: state of a component
// tries: to go on averaging statistics in evaluation, so that the layer adapts to the test data
// expect: invalid_output
// message: an output that was
// honest: batch_norm
// setting: resnet-b32

#include "surface.hpp"
#define make_normalization make_honest
#include "honest.cpp"
#undef make_normalization

namespace mls {
namespace {

class Adapting final : public Normalization {
 public:
  explicit Adapting(const LayerInfo& info) : honest_(make_honest(info)) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    if (!training) (void)honest_->forward(x, true);  // moves the averages
    return honest_->forward(x, training);
  }
  std::vector<torch::Tensor> parameters() override { return honest_->parameters(); }
  std::vector<torch::Tensor> buffers() override { return honest_->buffers(); }

 private:
  std::unique_ptr<Normalization> honest_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<Adapting>(info);
}

}  // namespace mls
