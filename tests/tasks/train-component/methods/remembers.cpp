// Keeps a matrix of its own, which it trains by a rule of its own and declares to nobody: gone in evaluation.
#include "surface.hpp"

namespace {

class Remembers : public mls::host::ComponentLayer {
 public:
  explicit Remembers(std::int64_t channels)
      : hidden_(torch::zeros({channels, channels}).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x, bool) override {
    const at::NoGradGuard no_grad;
    if (hidden_.grad().defined()) hidden_.sub_(hidden_.grad(), 0.5);
    hidden_.mutable_grad() = torch::Tensor();
    const at::AutoGradMode grad(true);
    return torch::tanh(x + torch::matmul(x, hidden_));
  }
  std::vector<mls::host::LearnedTensor> parameters() override { return {}; }

 private:
  torch::Tensor hidden_;
};

}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t channels) {
  return std::make_unique<Remembers>(channels);
}
