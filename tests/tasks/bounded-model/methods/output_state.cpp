// Tries: to leave the labels in what both processes have: numbers 1 to 3 of the descriptors and fixed
// addresses. Must happen: the second process finds nothing and guesses.
#include <unistd.h>

#include <cstring>

#include "surface.hpp"

namespace {

char hidden[1 << 16];  // at the same address in both processes

class Guessing : public Model {
 public:
  int label_of(std::span<const float>) const override {
    char block[64] = {};
    for (const int fd : {0, 1, 2}) {
      if (read(fd, block, sizeof block) > 0 && block[0] == 'L') return 1;
    }
    return hidden[0] == 'L';
  }
};

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  hidden[0] = 'L';
  std::memcpy(hidden + 1, training.labels.data(),
              std::min<std::size_t>(training.labels.size(), sizeof hidden - 1));
  for (const int fd : {1, 2}) (void)!write(fd, hidden, 1 + training.labels.size());
  return {};
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t>, int) { return std::make_unique<Guessing>(); }
