// Tries: a look-up table of the training labels in as many bits as may be carried: one bit for
// the majority of each group of examples, which a hash of the inputs assigns. Must happen: it is as good as
// so many bits allow.
#include <bit>

#include "surface.hpp"

namespace {

std::size_t hash_of(std::span<const float> x) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const float value : x) hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211ULL;
  return static_cast<std::size_t>(hash >> 17);
}

class Table : public Model {
 public:
  explicit Table(std::span<const std::uint8_t> bits) : bits_(bits.begin(), bits.end()) {}
  int label_of(std::span<const float> x) const override {
    const std::size_t slot = hash_of(x) % (8 * bits_.size());
    return bits_[slot / 8] >> slot % 8 & 1;
  }

 private:
  std::vector<std::uint8_t> bits_;
};

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t capacity) {
  const auto inputs = static_cast<std::size_t>(training.inputs);
  std::vector<int> votes(8 * capacity, 0);
  for (std::size_t i = 0; i < training.labels.size(); ++i) {
    votes[hash_of(training.x.subspan(i * inputs, inputs)) % votes.size()] += training.labels[i] == 1 ? 1 : -1;
  }
  std::vector<std::uint8_t> bits(capacity, 0);
  for (std::size_t slot = 0; slot < votes.size(); ++slot) {
    if (votes[slot] > 0) bits[slot / 8] = static_cast<std::uint8_t>(bits[slot / 8] | 1U << slot % 8);
  }
  return bits;
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t> bytes, int) {
  return std::make_unique<Table>(bytes);
}
