// Tries: to leave the labels in a file. Must happen: opening one ends the process.
#include <cstdio>

#include "surface.hpp"

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  if (std::FILE* file = std::fopen("/tmp/labels", "wb")) {
    std::fwrite(training.labels.data(), 1, training.labels.size(), file);
    std::fclose(file);
  }
  return {};
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t>, int) { return nullptr; }
