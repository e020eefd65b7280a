// R's binary serialisation (XDR): .rda/.RData files and lazy-load databases (.rdx + .rdb), read without R.
// Format: docs/data-packs.md ("R files"). Decoders are total: any bytes give a value or bad_input that names
// file and byte; depth and memory are bounded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mls::data {

/// Environments, functions, language objects, external pointers: named but not kept.
struct ROpaque {
  std::string kind;
};
struct RSymbol {
  std::string name;
};

struct RAttribute;

/// A value with its attributes. Logicals are integers 0 and 1; missing integers are `na`, missing reals NaN,
/// missing strings nullopt. Pairlists are lists with a "names" attribute.
struct RValue {
  using Integers = std::vector<std::int32_t>;
  using Reals = std::vector<double>;
  using Strings = std::vector<std::optional<std::string>>;
  using Bytes = std::vector<std::uint8_t>;
  using List = std::vector<RValue>;
  static constexpr std::int32_t na = INT32_MIN;

  std::variant<std::monostate, Integers, Reals, Strings, Bytes, List, RSymbol, ROpaque>
      content;  ///< monostate = NULL
  std::vector<RAttribute> attributes;

  template <typename T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&content);
  }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(content); }
  /// nullptr when it has none of this name.
  [[nodiscard]] const RValue* attribute(std::string_view name) const;
  /// Strings of an attribute; empty when it has none. Missing ones are "NA".
  [[nodiscard]] std::vector<std::string> texts_of(std::string_view attribute_name) const;
  [[nodiscard]] bool inherits(std::string_view class_name) const;
  /// Item of a list by its name; nullptr when there is none.
  [[nodiscard]] const RValue* item(std::string_view name) const;
};

struct RAttribute {
  std::string name;
  RValue value;
};

using RObjects = std::vector<std::pair<std::string, RValue>>;

/// Objects of an .rda file, RDX2 or RDX3, plain or compressed with gzip, bzip2 or xz.
[[nodiscard]] RObjects decode_rda(std::string_view bytes, const std::string& name);
/// One value: the contents of an .rds or .rdx file, plain or compressed.
[[nodiscard]] RValue decode_rds(std::string_view bytes, const std::string& name);

/// A lazy-load database: names and one object at a time.
class LazyDatabase {
 public:
  LazyDatabase(std::string_view index, std::string data, const std::string& name);
  [[nodiscard]] std::vector<std::string> names() const;
  /// Throws bad_input when there is no such object (names the others), or it is damaged.
  [[nodiscard]] RValue object(std::string_view wanted) const;

 private:
  struct Entry {
    std::string name;
    std::size_t offset = 0;
    std::size_t bytes = 0;
  };
  std::string name_;
  std::string data_;
  std::vector<Entry> entries_;
};

/// The object of an .rda, .RData or .rdx file (its .rdb lies beside it). Without a name: the only one there
/// is.
[[nodiscard]] RValue read_r_object(const std::filesystem::path& path, const std::string& object = "");

}  // namespace mls::data
