// Tables of numeric and categorical columns, from R data frames and CSV files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/data/judge/rdata.hpp"
#include "lib/tabular/judge/dataset.hpp"

namespace mls::data {

/// Missing numbers are NaN.
using Numbers = std::vector<double>;
/// codes[i] is an index into levels, or -1 when missing.
struct Factor {
  std::vector<int> codes;
  std::vector<std::string> levels;
};

struct Column {
  std::string name;
  std::variant<Numbers, Factor> values;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool is_factor() const { return std::holds_alternative<Factor>(values); }
  [[nodiscard]] const Numbers& numbers() const;  ///< throws bad_input when it is a factor
  [[nodiscard]] const Factor& factor() const;    ///< throws bad_input when it is numeric
};

struct Table {
  std::string name;             ///< for messages: where it came from
  std::vector<Column> columns;  ///< all of the same length

  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  [[nodiscard]] bool has(std::string_view column_name) const;
  [[nodiscard]] const Column& column(
      std::string_view column_name) const;  ///< throws bad_input naming the known ones
};

/// A data frame; a matrix (columns V1, V2, ... unless it has column names); a plain vector (one column
/// "value"). Logicals become 0 and 1; strings become factors with sorted levels. Throws bad_input for
/// anything else.
[[nodiscard]] Table table_of(const RValue& value, const std::string& name);

struct CsvFormat {
  char separator = ',';
  bool header = true;  ///< without: columns V1, V2, ...
};
/// RFC 4180: quoted fields, doubled quotes, LF or CRLF. A column whose fields are all numbers, empty or NA is
/// numeric, any other a factor with sorted levels in which the empty field and NA are missing. Throws
/// bad_input naming the line.
[[nodiscard]] Table parse_csv(std::string_view text, const std::string& name, const CsvFormat& format = {});

/// .rda, .RData, .rdx (with the .rdb beside it; `object` names the table) or CSV, plain or compressed.
[[nodiscard]] Table read_table(const std::filesystem::path& path, const std::string& object = "");

/// The factor column `label` as classes in the order of its levels, the other columns as numbers in file
/// order. Throws bad_input when another column is a factor or anything is missing.
[[nodiscard]] tabular::Dataset dataset_of(const Table& table, const std::string& label);
[[nodiscard]] tabular::Dataset read_dataset(const std::filesystem::path& path, const std::string& label,
                                            const std::string& object = "");

}  // namespace mls::data
