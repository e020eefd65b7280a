// task: dl-activation-function
// route: state of a component
// tries: to be linear in the first steps and bend later, by a count of its own calls
// expect: invalid_output
// message: an output that was
// setting: smooth-regression

#include "surface.hpp"

namespace mls {
namespace {

class Counting final : public Activation {
 public:
  torch::Tensor forward(const torch::Tensor& x) override {
    const double bend = std::min(1.0, ++calls_ / 300.0);
    return (1 - bend) * x + bend * torch::silu(x);
  }

 private:
  int calls_ = 0;
};

}  // namespace

std::unique_ptr<Activation> make_activation(const LayerInfo&) { return std::make_unique<Counting>(); }

}  // namespace mls
