// TOML files read strictly: every complaint names file and line, what was found and what to write instead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace mls::task {

/// Lower-case words of letters and digits joined by single '-' or '_', at most 64 characters.
[[nodiscard]] bool is_id(std::string_view text);

struct TomlEntry;
struct TomlDate {};  ///< dates and times: no format of ours uses them

/// A value and the line on which it stands.
struct TomlValue {
  using Array = std::vector<TomlValue>;
  using Table = std::vector<TomlEntry>;  ///< in alphabetical order of the keys

  int line = 1;
  std::variant<bool, std::int64_t, double, std::string, TomlDate, Array, Table> content;
};

struct TomlEntry {
  std::string key;
  int line = 1;
  TomlValue value;
};

/// A parsed file. Total: any bytes give a document or bad_input. `guide` is the page that documents the
/// format.
struct TomlDocument {
  std::string file;
  std::string guide;
  TomlValue root;
};
[[nodiscard]] TomlDocument parse_toml(std::string_view text, const std::string& file,
                                      const std::string& guide);
[[nodiscard]] TomlDocument read_toml(const std::filesystem::path& path, const std::string& guide);

/// One table whose keys are known beforehand. Getters throw bad_input; those with a fallback take a missing
/// key for it. Keeps references into the document.
class TomlFields {
 public:
  /// The root table.
  TomlFields(const TomlDocument& document, std::vector<std::string> known);

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  /// Not empty, one line.
  [[nodiscard]] std::string text(std::string_view key) const;
  /// As is_id.
  [[nodiscard]] std::string id(std::string_view key) const;
  [[nodiscard]] std::string choice(std::string_view key, const std::vector<std::string>& allowed) const;
  [[nodiscard]] std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                                   const std::string& fallback) const;
  [[nodiscard]] bool flag(std::string_view key, bool fallback) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high) const;
  /// Finite; an integer is accepted too.
  [[nodiscard]] double real(std::string_view key) const;
  /// As real, within 0 < value <= high.
  [[nodiscard]] double positive(std::string_view key, double high) const;
  /// Array of non-empty strings, none twice; empty when the key is missing.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  /// As texts, but any may stand there again or be blank: the words of a command.
  [[nodiscard]] std::vector<std::string> words(std::string_view key) const;
  [[nodiscard]] bool is_text(std::string_view key) const;
  /// Any table, for others to interpret; an empty object when the key is missing.
  [[nodiscard]] nlohmann::json object(std::string_view key) const;
  [[nodiscard]] TomlFields table(std::string_view key, std::vector<std::string> known) const;
  /// Array of tables, empty when the key is missing.
  [[nodiscard]] std::vector<TomlFields> tables(std::string_view key,
                                               const std::vector<std::string>& known) const;

  /// "file:line: message", at the key's line; at the table's when the key is missing or empty.
  [[nodiscard]] Error error(std::string_view key, const std::string& message) const;
  /// Throws unless no table of `tables` has the same text under `key` as an earlier one.
  static void require_unique(const std::vector<TomlFields>& tables, std::string_view key);

 private:
  TomlFields(const TomlDocument& document, std::string path, std::string where, const TomlValue& table,
             std::vector<std::string> known);
  [[nodiscard]] std::string path_to(std::string_view key) const;
  void refuse_unknown_keys() const;
  [[nodiscard]] const TomlEntry* find(std::string_view key) const;
  [[nodiscard]] const TomlEntry& require(std::string_view key, std::string_view example) const;
  [[nodiscard]] std::vector<std::string> strings(std::string_view key, bool repeats) const;
  [[nodiscard]] Error wrong_type(const TomlEntry& entry, std::string_view expected) const;
  [[nodiscard]] Error at(int line, const std::string& message) const;
  [[nodiscard]] nlohmann::json to_json(const TomlValue& value) const;

  const TomlDocument* document_;
  std::string path_;   // "task", "pack.file", ...; empty for the root
  std::string where_;  // "[task]", "[[metric]] number 2", ...; empty for the root
  const TomlValue::Table* table_;
  int line_;
  std::vector<std::string> known_;
};

}  // namespace mls::task
