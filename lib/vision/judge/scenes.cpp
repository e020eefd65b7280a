#include "lib/vision/judge/scenes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace mls::vision {
namespace {

constexpr std::array<const char*, Icons::groups> group_names = {
    "animal-mammal",      "animal-bird",      "animal-marine", "animal-bug",   "plant-flower",
    "food-fruit",         "food-vegetable",   "food-prepared", "food-sweet",   "drink",
    "place-building",     "transport-ground", "transport-air", "sport",        "game",
    "musical-instrument", "clothing",         "tool",          "country-flag", "face-concerned"};

/// Icons lie on the sheet with a border of one pixel on every side.
constexpr int grid = icon_side + 2;

struct Place {
  int order = 0;
  int x = 0;
  int y = 0;
};

std::vector<Place> places_of(const nlohmann::json& table, const std::string& group) {
  std::vector<Place> places;
  for (const auto& entry : table) {
    if (entry.at("subcategory").get<std::string>() == group && entry.at("has_img_google").get<bool>() &&
        entry.at("has_img_twitter").get<bool>())
      places.push_back({entry.at("sort_order").get<int>(), entry.at("sheet_x").get<int>(),
                        entry.at("sheet_y").get<int>()});
  }
  std::ranges::sort(places, {}, &Place::order);
  return places;
}

Icon crop(const data::RgbaImage& sheet, const Place& place) {
  const int left = grid * place.x + 1;
  const int top = grid * place.y + 1;
  if (place.x < 0 || place.y < 0 || left + icon_side > sheet.width || top + icon_side > sheet.height)
    throw bad_input(fmt::format("icon at column {}, row {} lies outside its sheet of {} x {} pixels", place.x,
                                place.y, sheet.width, sheet.height));
  Icon icon{};
  float* out = icon.data();
  for (int y = 0; y < icon_side; ++y) {
    for (int x = 0; x < icon_side; ++x) {
      const std::size_t at = (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(sheet.width) +
                              static_cast<std::size_t>(left + x)) *
                             4;
      const float alpha = static_cast<float>(sheet.values[at + 3]) / 255.0F;
      for (std::size_t c = 0; c < 3; ++c) *out++ = alpha * static_cast<float>(sheet.values[at + c]) / 255.0F;
      *out++ = alpha;
    }
  }
  return icon;
}

std::vector<Place> chosen_places(const std::string& table) {
  std::vector<Place> chosen;
  try {
    const auto entries = nlohmann::json::parse(table);
    for (const char* const group : group_names) {
      const std::vector<Place> places = places_of(entries, group);
      if (places.size() < Icons::per_group)
        throw bad_input(fmt::format("table of icons: group {} has {} icons; {} are needed", group,
                                    places.size(), Icons::per_group));
      for (std::size_t k = 0; k < Icons::per_group; ++k)
        chosen.push_back(places[k * places.size() / Icons::per_group]);
    }
  } catch (const nlohmann::json::exception& error) {
    throw bad_input(fmt::format("table of icons: {}", error.what()));
  }
  return chosen;
}

constexpr int knots = 4;
using Plane = std::array<float, std::size_t{icon_side} * icon_side>;

/// Weights of the knots for every one of the 32 positions of a line: Keys's cubic (1981) with a = -.75, knots
/// at the middle of their eighths, the outermost repeated beyond the ends.
std::array<std::array<float, knots>, icon_side> cubic_weights() {
  constexpr double a = -0.75;
  const auto kernel = [](double distance) {
    const double d = std::abs(distance);
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    return 0.0;
  };
  std::array<std::array<float, knots>, icon_side> weights{};
  for (int i = 0; i < icon_side; ++i) {
    const double at = (i + 0.5) * knots / icon_side - 0.5;
    const int first = static_cast<int>(std::floor(at)) - 1;
    for (int k = first; k < first + 4; ++k)
      weights[static_cast<std::size_t>(i)][static_cast<std::size_t>(std::clamp(k, 0, knots - 1))] +=
          static_cast<float>(kernel(at - k));
  }
  return weights;
}

Plane background(Rng& rng) {
  static const auto weights = cubic_weights();
  std::array<std::array<float, knots>, knots> colours{};
  for (auto& row : colours) {
    for (float& value : row) value = static_cast<float>(rng.uniform());
  }
  Plane out{};
  for (std::size_t y = 0; y < icon_side; ++y) {
    std::array<float, knots> line{};
    for (std::size_t i = 0; i < knots; ++i) {
      for (std::size_t k = 0; k < knots; ++k) line[k] += weights[y][i] * colours[i][k];
    }
    for (std::size_t x = 0; x < icon_side; ++x) {
      float sum = 0;
      for (std::size_t k = 0; k < knots; ++k) sum += weights[x][k] * line[k];
      out[y * icon_side + x] = std::clamp(sum, 0.0F, 1.0F);
    }
  }
  return out;
}

/// From the canvas, in [-1, 1] on both axes, to the icon.
struct Pose {
  double scale;
  double cosine;
  double sine;
  double shift_x;
  double shift_y;
};

Pose draw_pose(Rng& rng) {
  constexpr double degrees = std::numbers::pi / 180;
  const double scale = rng.uniform(0.55, 0.95);
  const double angle = rng.uniform(-25, 25) * degrees;
  const double x = rng.uniform(-(1 - scale), 1 - scale);
  const double y = rng.uniform(-(1 - scale), 1 - scale);
  return {scale, std::cos(angle), std::sin(angle), x, y};
}

/// Bilinear; transparent outside.
std::array<float, 4> pixel_at(const Icon& icon, double x, double y) {
  std::array<float, 4> out{};
  const double left = std::floor(x);
  const double top = std::floor(y);
  for (int dy = 0; dy < 2; ++dy) {
    for (int dx = 0; dx < 2; ++dx) {
      const int column = static_cast<int>(left) + dx;
      const int row = static_cast<int>(top) + dy;
      if (column < 0 || row < 0 || column >= icon_side || row >= icon_side) continue;
      const auto weight = static_cast<float>((1 - std::abs(x - column)) * (1 - std::abs(y - row)));
      const float* const from = icon.data() + static_cast<std::size_t>(row * icon_side + column) * 4;
      for (std::size_t c = 0; c < 4; ++c) out[c] += weight * from[c];
    }
  }
  return out;
}

}  // namespace

Icons::Icons(const data::RgbaImage& noto_sheet, const data::RgbaImage& twemoji_sheet,
             const std::string& table) {
  for (const Place& place : chosen_places(table)) {
    icons_[0].push_back(crop(noto_sheet, place));
    icons_[1].push_back(crop(twemoji_sheet, place));
  }
}

const Icon& Icons::icon(Style style, int motif) const {
  return icons_[style == Style::noto ? 0 : 1].at(static_cast<std::size_t>(motif));
}

void render(const Icon& icon, Rng& rng, std::span<float> out) {
  const Pose pose = draw_pose(rng);
  std::array<float, 3> gains{};
  for (float& gain : gains) gain = static_cast<float>(rng.uniform(0.8, 1.2));
  std::array<Plane, 3> canvas{};
  for (Plane& plane : canvas) plane = background(rng);

  constexpr double half = icon_side / 2.0;
  for (int row = 0; row < icon_side; ++row) {
    for (int column = 0; column < icon_side; ++column) {
      const double u = ((column + 0.5) / half - 1 - pose.shift_x) / pose.scale;
      const double v = ((row + 0.5) / half - 1 - pose.shift_y) / pose.scale;
      const double x = (pose.cosine * u + pose.sine * v + 1) * half - 0.5;
      const double y = (pose.cosine * v - pose.sine * u + 1) * half - 0.5;
      const std::array<float, 4> over = pixel_at(icon, x, y);
      const std::size_t at = static_cast<std::size_t>(row) * icon_side + static_cast<std::size_t>(column);
      for (std::size_t c = 0; c < 3; ++c)
        canvas[c][at] = std::min(gains[c] * over[c], over[3]) + (1 - over[3]) * canvas[c][at];
    }
  }

  constexpr std::size_t side = scene_side;
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = 0; x < side; ++x) {
        const float* const from = canvas[c].data() + 2 * y * icon_side + 2 * x;
        const float mean = (from[0] + from[1] + from[icon_side] + from[icon_side + 1]) / 4;
        out[(c * side + y) * side + x] = mean + static_cast<float>(rng.normal(0, 0.05));
      }
    }
  }
}

LabelledImages scenes(const Icons& icons, std::span<const int> motifs, std::span<const int> labels,
                      std::span<const Style> styles, int count, Rng& rng) {
  LabelledImages out{scene_size, {}, {}};
  out.pixels.resize(static_cast<std::size_t>(count) * scene_size.values());
  for (int i = 0; i < count; ++i) {
    const auto which = static_cast<std::size_t>(rng.below(motifs.size()));
    const Style style = styles[static_cast<std::size_t>(rng.below(styles.size()))];
    out.labels.push_back(labels[which]);
    render(icons.icon(style, motifs[which]), rng, out.image(out.count() - 1));
  }
  return out;
}

}  // namespace mls::vision
