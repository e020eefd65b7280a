// Small image problems for optimisation tasks: pooled images, subsets, disguises, design matrices.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/optimization/judge/finite_sum.hpp"

namespace mls::optimization {

/// Square grey images with class labels, one after the other.
struct ImageSet {
  int side = 0;
  std::vector<std::uint8_t> pixels;  ///< count * side * side, rows from the top
  std::vector<std::uint8_t> labels;

  [[nodiscard]] int count() const { return static_cast<int>(labels.size()); }
  [[nodiscard]] int pixels_each() const { return side * side; }
  [[nodiscard]] std::span<const std::uint8_t> image(int index) const {
    return std::span(pixels).subspan(static_cast<std::size_t>(index) * pixels_each(),
                                     static_cast<std::size_t>(pixels_each()));
  }
};

/// The chosen images in the given order. Indices must be in range.
[[nodiscard]] ImageSet subset(const ImageSet& images, std::span<const int> indices);

/// `count` different indices below `total`, uniformly, in random order. Requires count <= total.
[[nodiscard]] std::vector<int> random_subset(int total, int count, Rng& rng);

/// Averages squares of pixels and rounds to the nearest grey level (halves up). `side` must divide
/// images.side.
[[nodiscard]] ImageSet pooled(const ImageSet& images, int side);

/// Makes public images useless to whoever knows them: moves pixels about, inverts some of them (x -> 255 -
/// x), renames classes. Dense models do not care about the first and the last; inversion changes the spectrum
/// of the data.
struct Disguise {
  std::vector<int> source;           ///< pixel j comes from pixel source[j]
  std::vector<std::uint8_t> invert;  ///< 1 = invert pixel j, after moving
  std::vector<std::uint8_t> label;   ///< class k becomes label[k]

  static Disguise random(int pixels, int classes, Rng& rng);
};
[[nodiscard]] ImageSet disguised(const ImageSet& images, const Disguise& disguise);

/// One image a row, grey levels scaled to [0, 1].
[[nodiscard]] Rows design_matrix(const ImageSet& images);
/// Scales every row to Euclidean length 1; a row of zeros stays.
void normalise_rows(Rows& rows);

}  // namespace mls::optimization
