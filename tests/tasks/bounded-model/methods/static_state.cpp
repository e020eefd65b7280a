// Tries: to keep the training set in memory of the process and to carry nothing. Must happen: nothing of it
// is there when it predicts, so that it guesses.
#include "surface.hpp"

namespace {

std::map<std::vector<float>, int> seen;  // outlives everything but the process

class Remembering : public Model {
 public:
  int label_of(std::span<const float> x) const override {
    const auto found = seen.find(std::vector<float>(x.begin(), x.end()));
    return found == seen.end() ? 0 : found->second;
  }
};

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  const auto inputs = static_cast<std::size_t>(training.inputs);
  for (std::size_t i = 0; i < training.labels.size(); ++i) {
    const auto x = training.x.subspan(i * inputs, inputs);
    seen[std::vector<float>(x.begin(), x.end())] = training.labels[i];
  }
  return {};
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t>, int) {
  return std::make_unique<Remembering>();
}
