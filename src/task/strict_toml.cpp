#include "task/strict_toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

#include "core/files.hpp"
#include "task/nearest.hpp"

namespace mls::task {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20;
constexpr int max_dots_in_key = 8;

/// Dotted keys nest tables; the parser and its destructors recurse, so that a key of 100,000 parts would
/// exhaust the stack. (Nested values are limited by the parser itself.) Returns the line of a too deep key,
/// or 0.
int line_of_deep_key(std::string_view text) {
  int line = 1;
  int dots = 0;
  char quote = 0;  // inside a string that this character opened
  bool multiline = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      dots = 0;
      if (!multiline) quote = 0;
    } else if (quote != 0) {
      if (c == '\\' && quote == '"') {
        ++i;
      } else if (c == quote && (!multiline || text.substr(i, 3) == std::string(3, quote))) {
        if (multiline) i += 2;
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      multiline = text.substr(i, 3) == std::string(3, c);
      if (multiline) i += 2;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (c == '.') {
      if (++dots > max_dots_in_key) return line;
    } else if (std::string_view("=,[]{}").find(c) != std::string_view::npos) {
      dots = 0;
    }
  }
  return 0;
}

TomlValue convert(const toml::node& node);

TomlValue::Table convert_table(const toml::table& table) {
  TomlValue::Table result;
  for (const auto& [key, value] : table) {
    result.push_back({std::string(key.str()), static_cast<int>(key.source().begin.line), convert(value)});
  }
  return result;
}

TomlValue convert(const toml::node& node) {
  TomlValue value;
  value.line = std::max(1, static_cast<int>(node.source().begin.line));
  if (const auto* table = node.as_table()) {
    value.content = convert_table(*table);
  } else if (const auto* array = node.as_array()) {
    TomlValue::Array items;
    for (const toml::node& item : *array) items.push_back(convert(item));
    value.content = std::move(items);
  } else if (const auto* text = node.as_string()) {
    value.content = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.content = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    value.content = real->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.content = flag->get();
  } else {
    value.content = TomlDate{};
  }
  return value;
}

std::string shown(const std::string& text) {
  if (text.size() <= 40) return fmt::format("\"{}\"", text);
  std::size_t end = 40;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // never inside a UTF-8 character
  return fmt::format("\"{}...\"", text.substr(0, end));
}

std::string describe(const TomlValue& value) {
  struct Describer {
    std::string operator()(bool flag) const { return fmt::format("the boolean {}", flag); }
    std::string operator()(std::int64_t integer) const { return fmt::format("the integer {}", integer); }
    std::string operator()(double real) const { return fmt::format("the number {}", real); }
    std::string operator()(const std::string& text) const {
      return fmt::format("the string {}", shown(text));
    }
    std::string operator()(const TomlDate&) const { return "a date or time"; }
    std::string operator()(const TomlValue::Array&) const { return "an array"; }
    std::string operator()(const TomlValue::Table&) const { return "a table"; }
  };
  return std::visit(Describer{}, value.content);
}

bool is_blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' '; });
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

}  // namespace

bool is_id(std::string_view text) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > 64) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool joint =
        (text[i] == '-' || text[i] == '_') && i > 0 && i + 1 < text.size() && is_word(text[i - 1]);
    if (!is_word(text[i]) && !joint) return false;
  }
  return true;
}

TomlDocument parse_toml(std::string_view text, const std::string& file, const std::string& guide) {
  if (const int line = line_of_deep_key(text); line != 0) {
    throw bad_input(
        fmt::format("{}:{}: a dotted key of more than {} parts; see {}", file, line, max_dots_in_key, guide));
  }
  try {
    const toml::table table = toml::parse(text);
    return {file, guide, TomlValue{1, convert_table(table)}};
  } catch (const toml::parse_error& error) {
    throw bad_input(fmt::format("{}:{}: {}; mend the syntax, {} shows a whole file", file,
                                error.source().begin.line, error.description(), guide));
  }
}

TomlDocument read_toml(const std::filesystem::path& path, const std::string& guide) {
  return parse_toml(read_file(path, max_file_bytes), path.string(), guide);
}

TomlFields::TomlFields(const TomlDocument& document, std::vector<std::string> known)
    : TomlFields(document, "", "", document.root, std::move(known)) {}

TomlFields::TomlFields(const TomlDocument& document, std::string path, std::string where,
                       const TomlValue& table, std::vector<std::string> known)
    : document_(&document),
      path_(std::move(path)),
      where_(std::move(where)),
      table_(&std::get<TomlValue::Table>(table.content)),
      line_(table.line),
      known_(std::move(known)) {
  refuse_unknown_keys();
}

void TomlFields::refuse_unknown_keys() const {
  const TomlEntry* first = nullptr;
  for (const TomlEntry& entry : *table_) {
    const bool known = std::find(known_.begin(), known_.end(), entry.key) != known_.end();
    if (!known && (first == nullptr || entry.line < first->line)) first = &entry;
  }
  if (first == nullptr) return;
  throw at(first->line, fmt::format("unknown key '{}'{}; did you mean '{}'? known keys: {}", first->key,
                                    where_.empty() ? "" : " in " + where_,
                                    nearest(first->key, known_).front(), fmt::join(known_, ", ")));
}

const TomlEntry* TomlFields::find(std::string_view key) const {
  const auto found =
      std::find_if(table_->begin(), table_->end(), [&](const TomlEntry& e) { return e.key == key; });
  return found == table_->end() ? nullptr : &*found;
}

const TomlEntry& TomlFields::require(std::string_view key, std::string_view example) const {
  if (const TomlEntry* entry = find(key)) return *entry;
  throw at(line_, fmt::format("{} lacks '{}'; add {} = {}", where_.empty() ? "the file" : where_, key, key,
                              example));
}

Error TomlFields::at(int line, const std::string& message) const {
  return bad_input(fmt::format("{}:{}: {}", document_->file, line, message));
}

Error TomlFields::error(std::string_view key, const std::string& message) const {
  const TomlEntry* entry = find(key);
  return at(entry == nullptr ? line_ : entry->line, message);
}

Error TomlFields::wrong_type(const TomlEntry& entry, std::string_view expected) const {
  return at(entry.line, fmt::format("'{}' is {}; write {}", entry.key, describe(entry.value), expected));
}

std::string TomlFields::text(std::string_view key) const {
  const TomlEntry& entry = require(key, "\"...\"");
  const auto* text = std::get_if<std::string>(&entry.value.content);
  if (text == nullptr) throw wrong_type(entry, fmt::format("a string, like {} = \"...\"", key));
  if (is_blank(*text)) throw at(entry.line, fmt::format("'{}' is empty; write some text", key));
  if (has_control_character(*text)) {
    throw at(entry.line,
             fmt::format("'{}' holds a line break or control character; write one line of text", key));
  }
  return *text;
}

std::string TomlFields::id(std::string_view key) const {
  std::string result = text(key);
  if (!is_id(result)) {
    throw error(
        key,
        fmt::format("'{}' is {}; write lower-case letters and digits in words joined by '-' or '_', at most "
                    "64 characters",
                    key, shown(result)));
  }
  return result;
}

std::string TomlFields::choice(std::string_view key, const std::vector<std::string>& allowed) const {
  std::string result = text(key);
  if (std::find(allowed.begin(), allowed.end(), result) == allowed.end()) {
    throw error(key, fmt::format("'{}' is {}; did you mean \"{}\"? write one of: {}", key, shown(result),
                                 nearest(result, allowed).front(), fmt::join(allowed, ", ")));
  }
  return result;
}

std::string TomlFields::choice(std::string_view key, const std::vector<std::string>& allowed,
                               const std::string& fallback) const {
  return has(key) ? choice(key, allowed) : fallback;
}

bool TomlFields::flag(std::string_view key, bool fallback) const {
  const TomlEntry* entry = find(key);
  if (entry == nullptr) return fallback;
  const auto* flag = std::get_if<bool>(&entry->value.content);
  if (flag == nullptr) throw wrong_type(*entry, "true or false");
  return *flag;
}

std::int64_t TomlFields::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  const std::string expected = fmt::format("an integer from {} to {}", low, high);
  const TomlEntry& entry = require(key, expected);
  const auto* integer = std::get_if<std::int64_t>(&entry.value.content);
  if (integer == nullptr) throw wrong_type(entry, expected);
  if (*integer < low || *integer > high) {
    throw at(entry.line, fmt::format("'{}' is {}; write {}", key, *integer, expected));
  }
  return *integer;
}

double TomlFields::real(std::string_view key) const {
  const TomlEntry& entry = require(key, "a number");
  if (const auto* integer = std::get_if<std::int64_t>(&entry.value.content))
    return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&entry.value.content);
  if (real == nullptr || !std::isfinite(*real)) throw wrong_type(entry, "a finite number");
  return *real;
}

double TomlFields::positive(std::string_view key, double high) const {
  const double value = real(key);
  if (value > 0 && value <= high) return value;
  throw error(key, fmt::format("'{}' is {}; write a number above 0, at most {}", key, value, high));
}

std::vector<std::string> TomlFields::texts(std::string_view key) const { return strings(key, false); }

std::vector<std::string> TomlFields::words(std::string_view key) const { return strings(key, true); }

bool TomlFields::is_text(std::string_view key) const {
  const TomlEntry* entry = find(key);
  return entry != nullptr && std::holds_alternative<std::string>(entry->value.content);
}

std::vector<std::string> TomlFields::strings(std::string_view key, bool repeats) const {
  const TomlEntry* entry = find(key);
  if (entry == nullptr) return {};
  const std::string expected = fmt::format("an array of strings, like {} = [\"...\", \"...\"]", key);
  const auto* array = std::get_if<TomlValue::Array>(&entry->value.content);
  if (array == nullptr) throw wrong_type(*entry, expected);
  std::vector<std::string> result;
  for (const TomlValue& item : *array) {
    const auto* text = std::get_if<std::string>(&item.content);
    if (text == nullptr || text->empty() || (!repeats && is_blank(*text))) {
      throw at(item.line, fmt::format("'{}' holds {}; write {}", key, describe(item), expected));
    }
    if (!repeats && std::find(result.begin(), result.end(), *text) != result.end()) {
      throw at(item.line, fmt::format("'{}' names {} twice; remove one", key, shown(*text)));
    }
    result.push_back(*text);
  }
  return result;
}

nlohmann::json TomlFields::to_json(const TomlValue& value) const {
  struct Converter {
    const TomlFields& fields;
    int line;
    nlohmann::json operator()(bool flag) const { return flag; }
    nlohmann::json operator()(std::int64_t integer) const { return integer; }
    nlohmann::json operator()(double real) const {
      if (!std::isfinite(real))
        throw fields.at(line, fmt::format("{} cannot be handed on; write a finite number", real));
      return real;
    }
    nlohmann::json operator()(const std::string& text) const { return text; }
    nlohmann::json operator()(const TomlDate&) const {
      throw fields.at(line, "a date or time cannot be handed on; write it as a string");
    }
    nlohmann::json operator()(const TomlValue::Array& array) const {
      nlohmann::json result = nlohmann::json::array();
      for (const TomlValue& item : array) result.push_back(fields.to_json(item));
      return result;
    }
    nlohmann::json operator()(const TomlValue::Table& table) const {
      nlohmann::json result = nlohmann::json::object();
      for (const TomlEntry& entry : table) result[entry.key] = fields.to_json(entry.value);
      return result;
    }
  };
  return std::visit(Converter{*this, value.line}, value.content);
}

nlohmann::json TomlFields::object(std::string_view key) const {
  const TomlEntry* entry = find(key);
  if (entry == nullptr) return nlohmann::json::object();
  if (!std::holds_alternative<TomlValue::Table>(entry->value.content)) {
    throw wrong_type(*entry, fmt::format("a table, like {} = {{ name = 1, ... }}", key));
  }
  return to_json(entry->value);
}

TomlFields TomlFields::table(std::string_view key, std::vector<std::string> known) const {
  const TomlEntry* entry = find(key);
  if (entry == nullptr)
    throw at(line_, fmt::format("the table [{}] is missing; see {}", key, document_->guide));
  if (!std::holds_alternative<TomlValue::Table>(entry->value.content)) {
    throw wrong_type(*entry, fmt::format("a table, [{}]", key));
  }
  return {*document_, path_to(key), fmt::format("[{}]", path_to(key)), entry->value, std::move(known)};
}

std::vector<TomlFields> TomlFields::tables(std::string_view key,
                                           const std::vector<std::string>& known) const {
  const TomlEntry* entry = find(key);
  if (entry == nullptr) return {};
  const std::string expected = fmt::format("tables, each under [[{}]]", path_to(key));
  const auto* array = std::get_if<TomlValue::Array>(&entry->value.content);
  if (array == nullptr) throw wrong_type(*entry, expected);
  std::vector<TomlFields> result;
  for (const TomlValue& item : *array) {
    if (!std::holds_alternative<TomlValue::Table>(item.content)) {
      throw at(item.line, fmt::format("'{}' holds {}; write {}", key, describe(item), expected));
    }
    std::string where = fmt::format("[[{}]] number {}", path_to(key), result.size() + 1);
    result.push_back(TomlFields(*document_, path_to(key), std::move(where), item, known));
  }
  return result;
}

std::string TomlFields::path_to(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void TomlFields::require_unique(const std::vector<TomlFields>& tables, std::string_view key) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string text = tables[i].text(key);
    for (std::size_t j = 0; j < i; ++j) {
      if (tables[j].text(key) != text) continue;
      throw tables[i].error(key, fmt::format("'{}' {} is used before, on line {}; write another one", key,
                                             shown(text), tables[j].find(key)->line));
    }
  }
}

}  // namespace mls::task
