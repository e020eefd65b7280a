// What is fuzzed: everything that reads bytes which somebody else wrote. See docs/fuzzing.md.
#pragma once

#include <span>
#include <string_view>

namespace mls::fuzz {

/// Reads any bytes: returns, or crashes. What the reader may throw is caught within; a broken promise (a
/// wrong exception, a value that is not read back as it was written) ends the program with a message.
struct Target {
  std::string_view name;  ///< of its folder below seeds/ and of its source below targets/
  void (*read)(std::string_view bytes);
};

[[nodiscard]] std::span<const Target> targets();
/// nullptr when unknown.
[[nodiscard]] const Target* find_target(std::string_view name);

}  // namespace mls::fuzz
