// More parameters than the cap.
#include "surface.hpp"

namespace {
class Greedy : public mls::host::ComponentLayer {
 public:
  explicit Greedy(std::int64_t channels) : weight_(torch::eye(channels).set_requires_grad(true)) {}
  torch::Tensor forward(const torch::Tensor& x, bool) override { return torch::matmul(x, weight_); }
  std::vector<mls::host::LearnedTensor> parameters() override { return {{weight_, true}}; }

 private:
  torch::Tensor weight_;
};
}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t channels) {
  return std::make_unique<Greedy>(channels);
}
