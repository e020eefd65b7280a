// Suggestions for mistyped names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mls::task {

/// Least number of inserted, deleted, replaced or swapped neighbouring characters that turns one word into
/// the other.
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

/// The `count` candidates nearest to `word`, nearest first, ties in the candidates' order.
[[nodiscard]] std::vector<std::string> nearest(std::string_view word,
                                               const std::vector<std::string>& candidates,
                                               std::size_t count = 1);

}  // namespace mls::task
