// Charts as inline SVG: no scripts, colours from the page's style sheet, readable by screen readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mls::report {

/// Text made safe for HTML and SVG, attributes included.
[[nodiscard]] std::string escaped(std::string_view text);

/// Style classes of marks: "human", "start", "baseline", or "s0" ... "s7" for submissions.
struct Bar {
  std::string label;
  std::string style;
  double value = 0;  ///< 0 ... 100
  double error = 0;
};
/// One horizontal bar a row with its standard error, on a scale from 0 to 100.
[[nodiscard]] std::string ranking_chart(std::string_view title, const std::vector<Bar>& bars);

/// Values of one series, by group; nullopt = not evaluated.
struct Series {
  std::string label;
  std::string style;
  std::vector<std::optional<double>> values;
};
/// Groups (areas) one below the other: in each, the reference as a translucent band, the start as a tick, the
/// other series as bars.
[[nodiscard]] std::string area_chart(std::string_view title, const std::vector<std::string>& groups,
                                     const Series& reference, const Series& start,
                                     const std::vector<Series>& series);

struct StripGroup {
  std::string label;
  bool marked = false;  ///< hidden setting
};
/// Groups (settings) one below the other, every series a mark on the scale from 0 to 100.
[[nodiscard]] std::string strip_chart(std::string_view title, const std::vector<StripGroup>& groups,
                                      const std::vector<Series>& series);

}  // namespace mls::report
