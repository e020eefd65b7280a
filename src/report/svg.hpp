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
  std::optional<double> vanilla;  ///< score of the first attempt: the darker lower part
};
/// One horizontal bar a row with its standard error, on a scale from 0 to 100.
[[nodiscard]] std::string ranking_chart(std::string_view title, const std::vector<Bar>& bars);

/// Values of one series, by group; nullopt = not evaluated.
struct Series {
  std::string label;
  std::string style;
  std::vector<std::optional<double>> values;
  std::vector<std::optional<double>> vanilla = {};  ///< by group or empty: as in Bar
};
/// Groups (areas) one below the other: in each, the reference as a translucent band behind the other series'
/// bars. Of a bar the darker lower part is the first attempt and the lighter rest what was gained since; what
/// was lost since is a dashed outline.
[[nodiscard]] std::string area_chart(std::string_view title, const std::vector<std::string>& groups,
                                     const Series& reference, const std::vector<Series>& series);

struct StripGroup {
  std::string label;
  bool marked = false;  ///< hidden setting
};
/// Groups (settings) one below the other, every series a mark on the scale from 0 to 100.
[[nodiscard]] std::string strip_chart(std::string_view title, const std::vector<StripGroup>& groups,
                                      const std::vector<Series>& series);

}  // namespace mls::report
