#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mls::report {
namespace {

constexpr double axis_height = 22;

/// Where the plot lies between labels on the left and values on the right.
struct Frame {
  double width;
  double label_width;
  double value_width;
  std::size_t max_label;  ///< characters

  [[nodiscard]] double x_of(double value) const {
    return label_width + std::clamp(value, 0.0, 100.0) / 100 * (width - label_width - value_width);
  }
};
constexpr Frame card_frame{500, 150, 40, 20};  // two of them side by side
constexpr Frame page_frame{860, 250, 60, 36};

// Cut at a character's edge so that labels never run into the plot.
std::string shortened(std::string_view label, std::size_t max_label) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if ((label[i] & 0xc0) == 0x80) continue;
    if (++characters > max_label) return std::string(label.substr(0, i)) + "…";
  }
  return std::string(label);
}

std::string opening(const Frame& frame, std::string_view title, double height) {
  return fmt::format(
      "<svg class=\"chart\" style=\"min-width:{3:.0f}px;max-width:{0:.0f}px\" viewBox=\"0 0 {0:.0f} "
      "{1:.0f}\" role=\"img\" "
      "aria-label=\"{2}\">\n",
      frame.width, height, escaped(title), std::min(0.84 * frame.width, 620.0));
}

std::string grid(const Frame& frame, double height) {
  std::string svg = "<g class=\"grid\">";
  for (const int at : {0, 25, 50, 75, 100}) {
    svg += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"0\" y2=\"{:.0f}\"/>",
                       at == 50 ? "half" : "", frame.x_of(at), frame.x_of(at), height);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>", frame.x_of(at),
                       height + 16, at);
  }
  return svg + "</g>\n";
}

std::string row_label(const Frame& frame, std::string_view label, double middle,
                      std::string_view style = "") {
  return fmt::format("<text class=\"label {}\" x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                     style, frame.label_width - 10, middle + 4, escaped(shortened(label, frame.max_label)));
}

std::string whisker(const Frame& frame, double value, double error, double middle) {
  if (error <= 0) return "";
  return fmt::format(
      "<path class=\"whisker\" d=\"M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}V{4:.1f}M{1:.1f} "
      "{3:.1f}V{4:.1f}\"/>",
      frame.x_of(value - error), frame.x_of(value + error), middle, middle - 4, middle + 4);
}

/// From 0 to `value`; see area_chart about the first attempt.
std::string bar_of(const Frame& frame, double value, const std::optional<double>& vanilla, double top,
                   double height) {
  const auto rect = [&](std::string_view style, double from, double to) {
    return fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" rx=\"1\"/>", style,
        frame.x_of(from), top, std::max(1.0, frame.x_of(to) - frame.x_of(from)), height);
  };
  if (!vanilla) return rect("bar", 0, value);
  std::string svg = rect("bar agent", 0, value);
  if (*vanilla > 0) svg += rect("bar vanilla", 0, std::min(*vanilla, value));
  if (*vanilla > value) svg += rect("lost", value, *vanilla);
  return svg;
}

std::string vanilla_note(const std::optional<double>& vanilla) {
  return vanilla ? fmt::format(", first attempt {:.1f}", *vanilla) : "";
}

/// Marks differ in shape as well as in colour.
std::string mark(std::string_view style, double x, double y) {
  if (style == "human" || style == "baseline")
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/>", x, y);
  if (style == "start") return fmt::format("<path d=\"M{:.1f} {:.1f}v12\"/>", x, y - 6);
  static constexpr std::array shapes{
      "M{0:.1f} {1:.1f}m0-7l7 7l-7 7l-7-7z", "M{0:.1f} {1:.1f}m-5.5-5.5h11v11h-11z",
      "M{0:.1f} {1:.1f}m0-7l6.5 11.5h-13z", "M{0:.1f} {1:.1f}m0 7l6.5-11.5h-13z"};
  const std::size_t index = static_cast<std::size_t>(style.back() - '0') % shapes.size();
  return fmt::format("<path d=\"{}\"/>", fmt::format(fmt::runtime(shapes[index]), x, y));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string ranking_chart(std::string_view title, const std::vector<Bar>& bars) {
  const Frame& frame = card_frame;
  constexpr double row = 26;
  const double height = row * static_cast<double>(bars.size()) + 4;
  std::string svg = opening(frame, title, height + axis_height) + grid(frame, height);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    const double middle = row * static_cast<double>(i) + row / 2 + 2;
    svg += fmt::format("<g class=\"{}\"><title>{}: {:.1f} ± {:.1f}{}</title>", bar.style, escaped(bar.label),
                       bar.value, bar.error, vanilla_note(bar.vanilla));
    svg += row_label(frame, bar.label, middle, bar.style);
    svg += bar_of(frame, bar.value, bar.vanilla, middle - 8, 16);
    svg += whisker(frame, bar.value, bar.error, middle);
    const double beyond = std::max(frame.x_of(bar.value + bar.error), frame.x_of(0)) + 8;
    svg += fmt::format("<text class=\"value\" x=\"{:.1f}\" y=\"{:.1f}\">{:.1f}</text></g>\n", beyond,
                       middle + 4, bar.value);
  }
  return svg + "</svg>\n";
}

namespace {

constexpr double series_height = 16;

/// One series in one group of an area chart.
std::string area_bar(const Frame& frame, const Series& series, std::size_t group, double middle) {
  std::string svg = fmt::format("<g class=\"{}\">", series.style);
  const auto& value = series.values[group];
  if (!value) {
    return svg + fmt::format("<text class=\"missing\" x=\"{:.1f}\" y=\"{:.1f}\">not evaluated</text></g>",
                             frame.x_of(0) + 6, middle + 4);
  }
  const auto vanilla = series.vanilla.empty() ? std::nullopt : series.vanilla[group];
  const double end = frame.x_of(std::max(*value, vanilla.value_or(0)));
  svg += fmt::format("<title>{}: {:.1f}{}</title>", escaped(series.label), *value, vanilla_note(vanilla));
  svg += bar_of(frame, *value, vanilla, middle - 6, 12);
  return svg + fmt::format("<text class=\"value\" x=\"{:.1f}\" y=\"{:.1f}\">{:.1f}</text></g>", end + 6,
                           middle + 4, *value);
}

/// Translucent behind the bars; its edge lies over them.
struct Band {
  std::string area;
  std::string edge;
};

Band band_of(const Frame& frame, const Series& reference, std::size_t group, double top, double height) {
  const auto& value = reference.values[group];
  if (!value) return {};
  const double end = frame.x_of(*value);
  return {fmt::format(
              "<g class=\"human\"><title>{}: {:.1f}</title><rect class=\"band\" x=\"{:.1f}\" y=\"{:.1f}\" "
              "width=\"{:.1f}\" height=\"{:.1f}\"/></g>",
              escaped(reference.label), *value, frame.x_of(0), top, end - frame.x_of(0), height),
          fmt::format("<path class=\"edge\" d=\"M{:.1f} {:.1f}v{:.1f}\"/>", end, top, height)};
}

}  // namespace

std::string area_chart(std::string_view title, const std::vector<std::string>& groups,
                       const Series& reference, const std::vector<Series>& series) {
  const Frame& frame = page_frame;
  constexpr double gap = 14;
  const double bars_height = series_height * static_cast<double>(std::max<std::size_t>(series.size(), 1));
  const double group_height = bars_height + gap;
  const double height = group_height * static_cast<double>(groups.size()) + 4;
  std::string svg = opening(frame, title, height + axis_height) + grid(frame, height);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double top = group_height * static_cast<double>(g) + gap / 2 + 2;
    const Band band = band_of(frame, reference, g, top - 4, bars_height + 8);
    svg += row_label(frame, groups[g], top + bars_height / 2) + band.area;
    for (std::size_t s = 0; s < series.size(); ++s) {
      const double middle = top + series_height * static_cast<double>(s) + series_height / 2;
      svg += area_bar(frame, series[s], g, middle);
    }
    svg += band.edge + "\n";
  }
  return svg + "</svg>\n";
}

std::string strip_chart(std::string_view title, const std::vector<StripGroup>& groups,
                        const std::vector<Series>& series) {
  const Frame& frame = card_frame;
  constexpr double row = 34;
  const double height = row * static_cast<double>(groups.size()) + 4;
  std::string svg = opening(frame, title, height + axis_height) + grid(frame, height);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double middle = row * static_cast<double>(g) + row / 2 + 2;
    svg += row_label(frame, groups[g].label + (groups[g].marked ? " ◆" : ""), middle);
    svg += fmt::format("<line class=\"track\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                       frame.x_of(0), frame.x_of(100), middle, middle);
    for (const auto& one : series) {
      const auto& value = one.values[g];
      if (!value) continue;
      svg += fmt::format("<g class=\"mark {}\"><title>{} in {}: {:.1f}</title>{}</g>", one.style,
                         escaped(one.label), escaped(groups[g].label), *value,
                         mark(one.style, frame.x_of(*value), middle));
    }
    svg += "\n";
  }
  return svg + "</svg>\n";
}

}  // namespace mls::report
