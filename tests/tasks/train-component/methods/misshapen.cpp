// Returns another shape than it was given.
#include "surface.hpp"

namespace {
class Misshapen : public mls::host::ComponentLayer {
 public:
  torch::Tensor forward(const torch::Tensor& x, bool) override { return x.sum(1); }
  std::vector<mls::host::LearnedTensor> parameters() override { return {}; }
};
}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t) {
  return std::make_unique<Misshapen>();
}
