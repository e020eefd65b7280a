#include "lib/data/judge/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/files.hpp"
#include "lib/data/judge/inflate.hpp"

namespace mls::data {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

using Texts = std::vector<std::optional<std::string>>;

Factor factor_of(const Texts& texts) {
  std::map<std::string, int> order;
  for (const auto& text : texts) {
    if (text) order.emplace(*text, 0);
  }
  Factor factor;
  for (auto& [level, code] : order) {
    code = static_cast<int>(factor.levels.size());
    factor.levels.push_back(level);
  }
  for (const auto& text : texts) factor.codes.push_back(text ? order.at(*text) : -1);
  return factor;
}

// From R
// ----------------------------------------------------------------------------------------------------------------

Factor coded_factor(const RValue::Integers& codes, std::vector<std::string> levels,
                    const std::string& where) {
  Factor factor{{}, std::move(levels)};
  for (const std::int32_t code : codes) {
    if (code == RValue::na) {
      factor.codes.push_back(-1);
    } else if (code < 1 || static_cast<std::size_t>(code) > factor.levels.size()) {
      throw bad_input(
          fmt::format("{}: level {} of {}; the file is damaged", where, code, factor.levels.size()));
    } else {
      factor.codes.push_back(code - 1);
    }
  }
  return factor;
}

Column column_of(const RValue& value, std::string name, const std::string& table) {
  const std::string where = fmt::format("{}: column '{}'", table, name);
  if (const auto* integers = value.get<RValue::Integers>()) {
    if (value.attribute("levels") != nullptr) {
      return {std::move(name), coded_factor(*integers, value.texts_of("levels"), where)};
    }
    Numbers numbers;
    for (const std::int32_t x : *integers) numbers.push_back(x == RValue::na ? missing : x);
    return {std::move(name), std::move(numbers)};
  }
  if (const auto* reals = value.get<RValue::Reals>()) return {std::move(name), *reals};
  if (const auto* strings = value.get<RValue::Strings>()) return {std::move(name), factor_of(*strings)};
  throw bad_input(fmt::format("{} holds neither numbers nor strings", where));
}

void require_equal_lengths(const Table& table) {
  for (const Column& column : table.columns) {
    if (column.size() == table.rows()) continue;
    throw bad_input(fmt::format("{}: column '{}' has {} rows, the first one {}; the file is damaged",
                                table.name, column.name, column.size(), table.rows()));
  }
}

Table table_of_frame(const RValue& frame, const std::string& name) {
  const auto* items = frame.get<RValue::List>();
  const std::vector<std::string> names = frame.texts_of("names");
  if (items == nullptr || items->size() != names.size()) {
    throw bad_input(fmt::format("{}: a data frame whose columns have no names; the file is damaged", name));
  }
  Table table{name, {}};
  for (std::size_t i = 0; i < names.size(); ++i)
    table.columns.push_back(column_of((*items)[i], names[i], name));
  require_equal_lengths(table);
  return table;
}

/// Cuts one long column into `count` of equal length.
std::vector<Column> cut(const Column& all, std::size_t rows, std::size_t count,
                        const std::vector<std::string>& names) {
  std::vector<Column> result;
  const auto part = [&](const auto& values, std::size_t j) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(j * rows);
    return std::remove_cvref_t<decltype(values)>(begin, begin + static_cast<std::ptrdiff_t>(rows));
  };
  for (std::size_t j = 0; j < count; ++j) {
    Column column{j < names.size() ? names[j] : fmt::format("V{}", j + 1), Numbers{}};
    if (all.is_factor()) {
      column.values = Factor{part(all.factor().codes, j), all.factor().levels};
    } else {
      column.values = part(all.numbers(), j);
    }
    result.push_back(std::move(column));
  }
  return result;
}

std::vector<std::string> column_names(const RValue& matrix) {
  const RValue* both = matrix.attribute("dimnames");
  const auto* lists = both == nullptr ? nullptr : both->get<RValue::List>();
  std::vector<std::string> names;
  if (lists == nullptr || lists->size() != 2) return names;
  if (const auto* texts = (*lists)[1].get<RValue::Strings>()) {
    for (const auto& text : *texts) names.push_back(text.value_or("NA"));
  }
  return names;
}

Table table_of_matrix(const RValue& matrix, const RValue::Integers& extents, const std::string& name) {
  const Column all = column_of(matrix, "value", name);
  const auto rows = static_cast<std::int64_t>(extents[0]);
  const auto columns = static_cast<std::int64_t>(extents[1]);
  if (rows < 0 || columns < 0 || static_cast<std::size_t>(rows * columns) != all.size()) {
    throw bad_input(fmt::format("{}: a matrix of {} x {} with {} elements; the file is damaged", name, rows,
                                columns, all.size()));
  }
  if (static_cast<std::size_t>(columns) >
      std::max<std::size_t>(all.size(), 1)) {  // no rows: names only, any number of them
    throw bad_input(fmt::format("{}: a matrix of {} x {} holds nothing", name, rows, columns));
  }
  return {name,
          cut(all, static_cast<std::size_t>(rows), static_cast<std::size_t>(columns), column_names(matrix))};
}

// From CSV
// --------------------------------------------------------------------------------------------------------------

/// Splits text into records of fields.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name, char separator)
      : text_(text), name_(name), separator_(separator) {}

  /// False at the end.
  bool next(std::vector<std::string>& fields) {
    fields.clear();
    skip_blank_lines();
    if (position_ == text_.size()) return false;
    first_line_ = line_;
    for (;;) {
      fields.push_back(field());
      if (position_ == text_.size()) return true;
      const char c = text_[position_++];
      if (c == separator_) continue;
      if (c == '\r' && position_ < text_.size() && text_[position_] == '\n') ++position_;
      ++line_;
      return true;
    }
  }
  /// Of the record read last.
  [[nodiscard]] int line() const { return first_line_; }

 private:
  void skip_blank_lines() {
    while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r')) {
      if (text_[position_] == '\n') ++line_;
      ++position_;
    }
  }

  [[nodiscard]] bool at_field_end() const {
    if (position_ == text_.size()) return true;
    const char c = text_[position_];
    return c == separator_ || c == '\n' ||
           (c == '\r' && position_ + 1 < text_.size() && text_[position_ + 1] == '\n');
  }

  std::string field() {
    if (position_ < text_.size() && text_[position_] == '"') return quoted();
    const std::size_t start = position_;
    while (!at_field_end()) ++position_;
    return std::string(text_.substr(start, position_ - start));
  }

  std::string quoted() {
    const int opened = line_;
    std::string result;
    for (++position_; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == '\n') ++line_;
      if (c != '"') {
        result += c;
      } else if (position_ + 1 < text_.size() && text_[position_ + 1] == '"') {
        result += text_[position_++];
      } else {
        ++position_;
        if (at_field_end()) return result;
        throw bad_input(
            fmt::format("{}:{}: text after a closing quote; double the quotes within a field", name_, line_));
      }
    }
    throw bad_input(fmt::format("{}:{}: a quoted field is never closed", name_, opened));
  }

  std::string_view text_;
  const std::string& name_;
  char separator_;
  std::size_t position_ = 0;
  int line_ = 1;
  int first_line_ = 1;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_missing(std::string_view text) { return text.empty() || text == "NA"; }

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Column typed_column(std::string name, const std::vector<std::string>& fields) {
  Numbers numbers;
  for (const std::string& field : fields) {
    const std::string_view text = trimmed(field);
    const auto number = is_missing(text) ? missing : number_of(text);
    if (!number) break;
    numbers.push_back(*number);
  }
  if (numbers.size() == fields.size()) return {std::move(name), std::move(numbers)};
  Texts texts;
  for (const std::string& field : fields)
    texts.push_back(is_missing(field) ? std::nullopt : std::optional(field));
  return {std::move(name), factor_of(texts)};
}

}  // namespace

std::size_t Column::size() const {
  const auto* found = std::get_if<Factor>(&values);
  return found != nullptr ? found->codes.size() : std::get<Numbers>(values).size();
}

const Numbers& Column::numbers() const {
  if (const auto* found = std::get_if<Numbers>(&values)) return *found;
  throw bad_input(fmt::format("column '{}' is a factor, not numeric", name));
}

const Factor& Column::factor() const {
  if (const auto* found = std::get_if<Factor>(&values)) return *found;
  throw bad_input(fmt::format("column '{}' is numeric, not a factor", name));
}

bool Table::has(std::string_view column_name) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return c.name == column_name; });
}

const Column& Table::column(std::string_view column_name) const {
  std::vector<std::string> known;
  for (const Column& column : columns) {
    if (column.name == column_name) return column;
    known.push_back(column.name);
  }
  throw bad_input(fmt::format("{}: no column '{}'; it has: {}", name, column_name, fmt::join(known, ", ")));
}

Table table_of(const RValue& value, const std::string& name) {
  if (value.inherits("data.frame")) return table_of_frame(value, name);
  const RValue* dim = value.attribute("dim");
  const auto* extents = dim == nullptr ? nullptr : dim->get<RValue::Integers>();
  if (extents != nullptr && extents->size() == 2) return table_of_matrix(value, *extents, name);
  if (extents != nullptr && extents->size() != 1) {
    throw bad_input(fmt::format("{}: an array of {} dimensions is no table", name, extents->size()));
  }
  return {name, {column_of(value, "value", name)}};
}

Table parse_csv(std::string_view text, const std::string& name, const CsvFormat& format) {
  CsvReader reader(text, name, format.separator);
  std::vector<std::string> record;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> fields;
  if (format.header && reader.next(record)) names = record;
  while (reader.next(record)) {
    while (names.size() < record.size() && fields.empty() && !format.header)
      names.push_back(fmt::format("V{}", names.size() + 1));
    fields.resize(names.size());
    if (record.size() != names.size()) {
      throw bad_input(fmt::format("{}:{}: {} fields; the rows before have {}", name, reader.line(),
                                  record.size(), names.size()));
    }
    for (std::size_t j = 0; j < record.size(); ++j) fields[j].push_back(std::move(record[j]));
  }
  fields.resize(names.size());
  Table table{name, {}};
  for (std::size_t j = 0; j < names.size(); ++j) table.columns.push_back(typed_column(names[j], fields[j]));
  return table;
}

Table read_table(const std::filesystem::path& path, const std::string& object) {
  const std::string extension = path.extension().string();
  if (extension == ".rda" || extension == ".RData" || extension == ".rdx") {
    return table_of(read_r_object(path, object), path.string());
  }
  return parse_csv(inflate(read_file(path, default_inflate_limit), path.string()), path.string());
}

tabular::Dataset dataset_of(const Table& table, const std::string& label) {
  const Factor& classes = table.column(label).factor();
  const auto count = static_cast<int>(table.rows());
  tabular::Dataset data{tabular::Matrix(count, static_cast<int>(table.columns.size()) - 1), classes.codes,
                        static_cast<int>(classes.levels.size())};
  if (std::find(data.y.begin(), data.y.end(), -1) != data.y.end()) {
    throw bad_input(fmt::format("{}: labels are missing in column '{}'", table.name, label));
  }
  int j = 0;
  for (const Column& column : table.columns) {
    if (column.name == label) continue;
    const Numbers& numbers = column.numbers();
    for (int i = 0; i < count; ++i) {
      if (std::isnan(numbers[i])) {
        throw bad_input(fmt::format("{}: row {} of column '{}' is missing", table.name, i + 1, column.name));
      }
      data.x.row(i)[j] = numbers[i];
    }
    ++j;
  }
  return data;
}

tabular::Dataset read_dataset(const std::filesystem::path& path, const std::string& label,
                              const std::string& object) {
  return dataset_of(read_table(path, object), label);
}

}  // namespace mls::data
