// task: dl-activation-function
// route: network inside a component
// tries: to let a channel look at its neighbour, which makes a second layer of the activation
// expect: invalid_output
// message: depends on other channels
// setting: smooth-regression

#include "surface.hpp"

namespace mls {
namespace {

class Mixing final : public Activation {
 public:
  explicit Mixing(const LayerInfo& info)
      : weight_(torch::full({info.channels}, 0.5F).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x) override {
    return torch::silu(x) + weight_ * torch::tanh(x.roll(1, 1));
  }
  std::vector<torch::Tensor> parameters() override { return {weight_}; }

 private:
  torch::Tensor weight_;
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo& info) { return std::make_unique<Mixing>(info); }

}  // namespace mls
