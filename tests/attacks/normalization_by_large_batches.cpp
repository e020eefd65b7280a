// task: dl-normalization
// route: statistics of the test data
// tries: to normalise by running averages as it should, but by the test batch itself where that is large
// expect: invalid_output
// message: depends on other rows
// honest: batch_norm
// setting: resnet-b32

#include "surface.hpp"
#define make_normalization make_honest
#include "honest.cpp"
#undef make_normalization

namespace mls {
namespace {

class ByLargeBatches final : public Normalization {
 public:
  explicit ByLargeBatches(const LayerInfo& info) : honest_(make_honest(info)) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    const std::vector<torch::Tensor> learned = honest_->parameters();
    if (training || x.size(0) < 24) return honest_->forward(x, training);
    return torch::batch_norm(x, learned[0], learned[1], {}, {}, true, 0.1, 1e-5, false);
  }
  std::vector<torch::Tensor> parameters() override { return honest_->parameters(); }
  std::vector<torch::Tensor> buffers() override { return honest_->buffers(); }

 private:
  std::unique_ptr<Normalization> honest_;
};

}  // namespace

std::unique_ptr<Normalization> make_normalization(const LayerInfo& info) {
  return std::make_unique<ByLargeBatches>(info);
}

}  // namespace mls
