// Small colour scenes: real drawn icons, turned, scaled, shifted and tinted, on cluttered backgrounds. They
// stand in for natural colour photographs: ten or a hundred classes, and two drawing styles between which a
// domain can shift.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "lib/data/judge/png.hpp"
#include "lib/vision/judge/images.hpp"

namespace mls::vision {

inline constexpr int icon_side = 32;
inline constexpr int scene_side = 16;
inline constexpr ImageSize scene_size{3, scene_side, scene_side};

/// Red, green, blue, alpha in [0, 1], colours multiplied by alpha; row-major.
using Icon = std::array<float, std::size_t{icon_side} * icon_side * 4>;

/// The two sets of drawings.
enum class Style { noto, twemoji };

/// One hundred motifs in twenty groups of five (motif / 5 is the group), each drawn in both styles.
class Icons {
 public:
  static constexpr int groups = 20;
  static constexpr int per_group = 5;

  /// `table` is the JSON list of icons with their places on the sheets. In each group, of the n icons that
  /// both styles have, ordered by sort_order, motifs floor(k n / 5) are taken. Throws bad_input when one is
  /// missing.
  Icons(const data::RgbaImage& noto_sheet, const data::RgbaImage& twemoji_sheet, const std::string& table);

  [[nodiscard]] const Icon& icon(Style style, int motif) const;

 private:
  std::array<std::vector<Icon>, 2> icons_;
};

/// One scene of values in about [0, 1] (noise has standard deviation 0.05): `out` holds scene_size.values()
/// floats. The icon has scale U(.55, .95), rotation U(-25, 25) degrees, a place at which it fits, and a gain
/// U(.8, 1.2) for each colour; the background is 4 x 4 colours, interpolated by cubics.
void render(const Icon& icon, Rng& rng, std::span<float> out);

/// `count` scenes of motifs drawn evenly from `motifs`; the label is the position in `labels`... of the
/// motif: labels[i] belongs to motifs[i]. Styles are drawn evenly from `styles`.
[[nodiscard]] LabelledImages scenes(const Icons& icons, std::span<const int> motifs,
                                    std::span<const int> labels, std::span<const Style> styles, int count,
                                    Rng& rng);

}  // namespace mls::vision
