// Computes the normalisation layers of the judge's network.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "host/torch/component.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

class Layer final : public ComponentLayer {
 public:
  explicit Layer(std::unique_ptr<Normalization> normalization) : normalization_(std::move(normalization)) {
    if (normalization_ == nullptr) throw std::runtime_error("make_normalization returned nothing");
  }
  torch::Tensor forward(const torch::Tensor& x, bool training) override {
    return normalization_->forward(x, training);
  }
  std::vector<LearnedTensor> parameters() override {
    std::vector<LearnedTensor> learned;
    for (const torch::Tensor& value : normalization_->parameters()) learned.push_back({value, false});
    return learned;
  }
  std::vector<torch::Tensor> buffers() override { return normalization_->buffers(); }

 private:
  std::unique_ptr<Normalization> normalization_;
};

}  // namespace

void run_method(JudgeLink& judge) {
  serve_components(judge, [](const Message& begin, std::int64_t layer) {
    const auto channels = begin.values<std::int64_t>("channels");
    return std::make_unique<Layer>(
        make_normalization({.channels = static_cast<int>(channels[static_cast<std::size_t>(layer)]),
                            .index = static_cast<int>(layer),
                            .layers = static_cast<int>(begin.integer("layers"))}));
  });
}

}  // namespace mls::host
