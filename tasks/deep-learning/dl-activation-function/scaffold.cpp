// Computes the activations of the judge's network.
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
  explicit Layer(std::unique_ptr<Activation> activation) : activation_(std::move(activation)) {
    if (activation_ == nullptr) throw std::runtime_error("make_activation returned nothing");
  }
  torch::Tensor forward(const torch::Tensor& x, bool) override { return activation_->forward(x); }
  std::vector<LearnedTensor> parameters() override {
    std::vector<LearnedTensor> learned;
    for (const torch::Tensor& value : activation_->parameters()) learned.push_back({value, false});
    return learned;
  }

 private:
  std::unique_ptr<Activation> activation_;
};

}  // namespace

void run_method(JudgeLink& judge) {
  serve_components(judge, [](const Message& begin, std::int64_t layer) {
    const auto channels = begin.values<std::int64_t>("channels");
    return std::make_unique<Layer>(
        make_activation({.index = static_cast<int>(layer),
                         .layers = static_cast<int>(begin.integer("layers")),
                         .channels = static_cast<int>(channels[static_cast<std::size_t>(layer)]),
                         .normalized = begin.boolean("normalized"),
                         .convolutional = begin.boolean("convolutional")}));
  });
}

}  // namespace mls::host
