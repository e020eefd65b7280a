// Text that comes from somebody untrusted, made fit to be shown and stored.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mls {

/// The text as plain UTF-8 that cannot drive a terminal: letters, spaces, tabs and line ends stay; every
/// other control character (C0, DEL, C1, reordering of bidirectional text) and every byte that is not
/// well-formed UTF-8 becomes "\x1b", so that nothing is hidden. At most about `max_bytes` of it, the middle
/// left out where it is longer.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t max_bytes);

/// Length of the well-formed UTF-8 sequence that `text` begins with; 0 when there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text);

}  // namespace mls
