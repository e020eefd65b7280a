// An honest model: the perceptron's weights, 4 bytes each.
#include "host/model_bytes.hpp"
#include "surface.hpp"

namespace {

float product(std::span<const float> weights, std::span<const float> x) {
  return std::inner_product(weights.begin(), weights.end(), x.begin(), 0.0F);
}

class Linear : public Model {
 public:
  explicit Linear(std::vector<float> weights) : weights_(std::move(weights)) {}
  int label_of(std::span<const float> x) const override { return product(weights_, x) > 0; }

 private:
  std::vector<float> weights_;
};

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  const auto inputs = static_cast<std::size_t>(training.inputs);
  std::vector<float> weights(inputs, 0.0F);
  for (int pass = 0; pass < 30; ++pass) {
    for (std::size_t i = 0; i < training.labels.size(); ++i) {
      const auto x = training.x.subspan(i * inputs, inputs);
      const int error = training.labels[i] - (product(weights, x) > 0);
      for (std::size_t j = 0; j < inputs; ++j) weights[j] += static_cast<float>(error) * x[j];
    }
  }
  return mls::host::ModelWriter().put(std::span<const float>(weights)).take();
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t> bytes, int inputs) {
  std::vector<float> weights(static_cast<std::size_t>(inputs));
  mls::host::ModelReader(bytes).get(std::span(weights));
  return std::make_unique<Linear>(std::move(weights));
}
