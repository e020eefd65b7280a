// Tables for terminals and spreadsheets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mls::report {

enum class Align { left, right };

/// Columns of text, padded so that they line up; widths count characters, not bytes.
class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// Missing cells stay blank; more cells than columns is a std::logic_error.
  void row(std::vector<std::string> cells);
  /// A line across the table.
  void rule();
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// Every line ends with a newline and without spaces before it.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty one is a rule
};

/// Characters of UTF-8 text; a byte that is none counts as one.
[[nodiscard]] std::size_t width_of(std::string_view text);

/// One line of RFC 4180: cells with commas, quotes or line ends are quoted. Ends with "\r\n".
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace mls::report
