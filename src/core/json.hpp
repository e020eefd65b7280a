// Keys keep the order in which they were written, so that files read and diff well.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace mls {

using Json = nlohmann::ordered_json;

/// Deeper values would exhaust the stack where they are copied or written.
inline constexpr int max_json_depth = 64;

/// Parses what somebody else may have written. Total: any bytes give a value of at most max_json_depth levels
/// or bad_input.
[[nodiscard]] Json parse_json(std::string_view text);

/// Is it an integer that `int` can hold? To be asked before get<int>(), which converts anything numeric,
/// defined or not.
[[nodiscard]] bool is_int(const Json& value);

}  // namespace mls
