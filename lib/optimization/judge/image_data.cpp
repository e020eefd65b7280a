#include "lib/optimization/judge/image_data.hpp"

#include <stdexcept>
#include <utility>

namespace mls::optimization {

ImageSet subset(const ImageSet& images, std::span<const int> indices) {
  ImageSet chosen{images.side, {}, {}};
  chosen.pixels.reserve(indices.size() * static_cast<std::size_t>(images.pixels_each()));
  for (const int index : indices) {
    const auto image = images.image(index);
    chosen.pixels.insert(chosen.pixels.end(), image.begin(), image.end());
    chosen.labels.push_back(images.labels.at(static_cast<std::size_t>(index)));
  }
  return chosen;
}

std::vector<int> random_subset(int total, int count, Rng& rng) {
  if (count < 0 || count > total) throw std::invalid_argument("a subset cannot be larger than the set");
  std::vector<int> order = rng.permutation(total);
  order.resize(static_cast<std::size_t>(count));
  return order;
}

ImageSet pooled(const ImageSet& images, int side) {
  if (side < 1 || images.side % side != 0)
    throw std::invalid_argument("pooling needs a side that divides the image's");
  const int factor = images.side / side;
  const int area = factor * factor;
  ImageSet small{side, {}, images.labels};
  small.pixels.reserve(static_cast<std::size_t>(images.count()) * small.pixels_each());
  for (int index = 0; index < images.count(); ++index) {
    const auto image = images.image(index);
    for (int row = 0; row < side; ++row) {
      for (int col = 0; col < side; ++col) {
        int sum = 0;
        for (int i = 0; i < area; ++i) {
          const int at = (row * factor + i / factor) * images.side + col * factor + i % factor;
          sum += image[static_cast<std::size_t>(at)];
        }
        small.pixels.push_back(static_cast<std::uint8_t>((2 * sum + area) / (2 * area)));
      }
    }
  }
  return small;
}

Disguise Disguise::random(int pixels, int classes, Rng& rng) {
  Disguise disguise;
  disguise.source = rng.permutation(pixels);
  disguise.invert.assign(static_cast<std::size_t>(pixels), 0);
  std::fill(disguise.invert.begin(), disguise.invert.begin() + pixels / 2, std::uint8_t{1});
  rng.shuffle(std::span(disguise.invert));
  for (const int name : rng.permutation(classes)) disguise.label.push_back(static_cast<std::uint8_t>(name));
  return disguise;
}

ImageSet disguised(const ImageSet& images, const Disguise& disguise) {
  ImageSet hidden{images.side, {}, {}};
  hidden.pixels.reserve(images.pixels.size());
  for (int index = 0; index < images.count(); ++index) {
    const auto image = images.image(index);
    for (std::size_t j = 0; j < disguise.source.size(); ++j) {
      const std::uint8_t level = image[static_cast<std::size_t>(disguise.source[j])];
      hidden.pixels.push_back(disguise.invert[j] != 0 ? static_cast<std::uint8_t>(255 - level) : level);
    }
    hidden.labels.push_back(disguise.label.at(images.labels[static_cast<std::size_t>(index)]));
  }
  return hidden;
}

Rows design_matrix(const ImageSet& images) {
  Rows rows(images.count(), images.pixels_each());
  for (int index = 0; index < images.count(); ++index) {
    const auto image = images.image(index);
    for (std::size_t j = 0; j < image.size(); ++j)
      rows(index, static_cast<Eigen::Index>(j)) = image[j] / 255.0;
  }
  return rows;
}

void normalise_rows(Rows& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double length = rows.row(i).norm();
    if (length > 0) rows.row(i) /= length;
  }
}

}  // namespace mls::optimization
