#include "surface.hpp"

namespace {

class Hosted : public mls::host::ComponentLayer {
 public:
  explicit Hosted(std::int64_t channels) : layer_(channels) {}
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    return layer_.forward(x, training);
  }
  std::vector<mls::host::LearnedTensor> parameters() override {
    return {{layer_.slope, true}, {layer_.shift, false}};
  }
  std::vector<torch::Tensor> buffers() override { return {layer_.mean}; }

 private:
  Layer layer_;
};

}  // namespace

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t, std::int64_t channels) {
  return std::make_unique<Hosted>(channels);
}
