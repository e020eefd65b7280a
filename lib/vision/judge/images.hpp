// Small labelled images in memory, and what every image task does to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/data/judge/idx.hpp"

namespace mls::vision {

/// Channels x height x width floats an image.
struct ImageSize {
  int channels = 0;
  int height = 0;
  int width = 0;
  [[nodiscard]] std::size_t values() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
};

struct LabelledImages {
  ImageSize size;
  std::vector<float> pixels;         ///< image by image
  std::vector<std::int64_t> labels;  ///< from 0; one an image

  [[nodiscard]] std::size_t count() const { return labels.size(); }
  [[nodiscard]] std::span<float> image(std::size_t i) {
    return {pixels.data() + i * size.values(), size.values()};
  }
  [[nodiscard]] std::span<const float> image(std::size_t i) const {
    return {pixels.data() + i * size.values(), size.values()};
  }
};

struct Dataset {
  int classes = 0;
  LabelledImages train;
  LabelledImages test;
};

/// `count` different images of an IDX pair (grey, bytes), drawn at random, in [0, 1]; every `pool` x `pool`
/// block of pixels is averaged into one. Throws bad_input when there are fewer, or sizes do not fit.
[[nodiscard]] LabelledImages sample(const data::ByteArray& images, const data::ByteArray& labels, int count,
                                    int pool, Rng& rng);

/// Both parts, channel by channel, by mean and standard deviation of the training part.
void standardise(Dataset& data);

/// Renames the classes at random, in both parts alike, so that nothing is known about a class from its
/// number.
void permute_classes(Dataset& data, Rng& rng);

}  // namespace mls::vision
