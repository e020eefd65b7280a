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
    svg += fmt::format("<g class=\"{}\"><title>{}: {:.1f} ± {:.1f}</title>", bar.style, escaped(bar.label),
                       bar.value, bar.error);
    svg += row_label(frame, bar.label, middle, bar.style);
    svg +=
        fmt::format("<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"16\" rx=\"2\"/>",
                    frame.x_of(0), middle - 8, std::max(1.0, frame.x_of(bar.value) - frame.x_of(0)));
    svg += whisker(frame, bar.value, bar.error, middle);
    const double beyond = std::max(frame.x_of(bar.value + bar.error), frame.x_of(0)) + 8;
    svg += fmt::format("<text class=\"value\" x=\"{:.1f}\" y=\"{:.1f}\">{:.1f}</text></g>\n", beyond,
                       middle + 4, bar.value);
  }
  return svg + "</svg>\n";
}

std::string area_chart(std::string_view title, const std::vector<std::string>& groups,
                       const Series& reference, const Series& start, const std::vector<Series>& series) {
  const Frame& frame = page_frame;
  constexpr double row = 16;
  constexpr double gap = 14;
  const double bars_height = row * static_cast<double>(std::max<std::size_t>(series.size(), 1));
  const double group_height = bars_height + gap;
  const double height = group_height * static_cast<double>(groups.size()) + 4;
  std::string svg = opening(frame, title, height + axis_height) + grid(frame, height);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double top = group_height * static_cast<double>(g) + gap / 2 + 2;
    svg += row_label(frame, groups[g], top + bars_height / 2);
    if (const auto& value = reference.values[g]; value) {
      svg += fmt::format(
          "<g class=\"human\"><title>{}: {:.1f}</title><rect class=\"band\" x=\"{:.1f}\" y=\"{:.1f}\" "
          "width=\"{:.1f}\" "
          "height=\"{:.1f}\"/></g>",
          escaped(reference.label), *value, frame.x_of(0), top - 4, frame.x_of(*value) - frame.x_of(0),
          bars_height + 8);
    }
    for (std::size_t s = 0; s < series.size(); ++s) {
      const double middle = top + row * static_cast<double>(s) + row / 2;
      svg += fmt::format("<g class=\"{}\">", series[s].style);
      if (const auto& value = series[s].values[g]; value) {
        svg += fmt::format(
            "<title>{}: {:.1f}</title><rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
            "height=\"{:.0f}\" "
            "rx=\"2\"/><text class=\"value\" x=\"{:.1f}\" y=\"{:.1f}\">{:.1f}</text>",
            escaped(series[s].label), *value, frame.x_of(0), middle - 6,
            std::max(1.0, frame.x_of(*value) - frame.x_of(0)), 12.0, frame.x_of(*value) + 6, middle + 4,
            *value);
      } else {
        svg += fmt::format("<text class=\"missing\" x=\"{:.1f}\" y=\"{:.1f}\">not evaluated</text>",
                           frame.x_of(0) + 6, middle + 4);
      }
      svg += "</g>";
    }
    if (const auto& value = start.values[g]; value) {
      svg += fmt::format(
          "<g class=\"start\"><title>{}: {:.1f}</title><path class=\"tick\" d=\"M{:.1f} "
          "{:.1f}V{:.1f}\"/></g>",
          escaped(start.label), *value, frame.x_of(*value), top - 4, top + bars_height + 4);
    }
    svg += "\n";
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
