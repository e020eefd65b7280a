#include "core/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/error.hpp"

namespace mls {
namespace {

/// Of arrays and objects in each other, as far as brackets outside of strings tell.
int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '[' || c == '{')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_string && (c == ']' || c == '}')) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Json parse_json(std::string_view text) {
  if (const int depth = depth_of(text); depth > max_json_depth) {
    throw bad_input(fmt::format("{} levels deep; at most {} are read", depth, max_json_depth));
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw bad_input(error.what());
  }
}

bool is_int(const Json& value) {
  if (value.is_number_unsigned()) return std::in_range<int>(value.get<std::uint64_t>());
  return value.is_number_integer() && std::in_range<int>(value.get<std::int64_t>());
}

}  // namespace mls
