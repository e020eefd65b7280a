// What changed between two texts, as `diff -u` would show it.
#pragma once

#include <string>
#include <string_view>

namespace mls::trial {

/// Hunks with three lines of context ("@@ -1,4 +1,5 @@" and lines that begin with ' ', '-' or '+'), without
/// file names; empty for equal texts. `patch` takes it. A last line without a newline is marked as diff does.
/// Shortest, except for texts that differ in thousands of lines: there everything between what they have in
/// common at both ends counts as replaced.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after);

}  // namespace mls::trial
