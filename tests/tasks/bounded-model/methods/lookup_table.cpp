// Tries: to carry every training example. Must happen: the model is refused, because it exceeds the capacity.
#include "host/model_bytes.hpp"
#include "surface.hpp"

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  return mls::host::ModelWriter().put(training.x).put(training.labels).take();
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t>, int) { return nullptr; }
