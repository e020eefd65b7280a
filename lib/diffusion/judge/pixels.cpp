#include "lib/diffusion/judge/pixels.hpp"

#include <stdexcept>

namespace mls::diffusion {

Matrix small_images(std::span<const std::uint8_t> pixels, int given_side, int crop, int side) {
  if (side < 1 || crop > given_side || (given_side - crop) % 2 != 0 || crop % side != 0)
    throw std::invalid_argument("images cannot be cropped and averaged to this size");
  const auto area = static_cast<std::size_t>(given_side) * static_cast<std::size_t>(given_side);
  const int margin = (given_side - crop) / 2;
  const int factor = crop / side;
  Matrix rows =
      Matrix::Zero(static_cast<Eigen::Index>(pixels.size() / area), static_cast<Eigen::Index>(side) * side);
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const auto image = pixels.subspan(static_cast<std::size_t>(i) * area, area);
    for (int y = 0; y < crop; ++y) {
      for (int x = 0; x < crop; ++x) {
        const int from = (margin + y) * given_side + margin + x;
        rows(i, y / factor * side + x / factor) += image[static_cast<std::size_t>(from)];
      }
    }
  }
  return (rows.array() / (127.5 * factor * factor) - 1).matrix();
}

}  // namespace mls::diffusion
