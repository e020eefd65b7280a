// Tries: to carry every training example, and to answer with the label of the nearest. Must happen: the model
// is refused, because it exceeds the capacity; where there is no capacity, it knows every training example.
#include "host/model_bytes.hpp"
#include "surface.hpp"

namespace {

class Table : public Model {
 public:
  Table(std::span<const std::uint8_t> bytes, int inputs) : inputs_(static_cast<std::size_t>(inputs)) {
    const std::size_t count = bytes.size() / (inputs_ * sizeof(float) + 1);
    x_.resize(count * inputs_);
    labels_.resize(count);
    mls::host::ModelReader reader(bytes);
    reader.get(std::span(x_));
    reader.get(std::span(labels_));
  }
  int label_of(std::span<const float> x) const override {
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < labels_.size(); ++i)
      if (distance(i, x) < distance(nearest, x)) nearest = i;
    return labels_[nearest];
  }

 private:
  float distance(std::size_t example, std::span<const float> x) const {
    float sum = 0;
    for (std::size_t k = 0; k < inputs_; ++k) {
      const float difference = x_[example * inputs_ + k] - x[k];
      sum += difference * difference;
    }
    return sum;
  }

  std::size_t inputs_;
  std::vector<float> x_;
  std::vector<std::uint8_t> labels_;
};

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  return mls::host::ModelWriter().put(training.x).put(training.labels).take();
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t> bytes, int inputs) {
  return std::make_unique<Table>(bytes, inputs);
}
