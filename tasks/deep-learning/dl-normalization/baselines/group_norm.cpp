// Group normalisation with min(8, C / 2) groups. Y. Wu, K. He. ECCV 2018.
#include <algorithm>

#include "surface.hpp"

namespace mls {
namespace {

class GroupNorm final : public Normalization {
 public:
  explicit GroupNorm(const LayerInfo& info)
      : groups_(std::min(8, info.channels / 2)),
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
  return std::make_unique<GroupNorm>(info);
}

}  // namespace mls
