// Sealing numbers that are sent before they may be read: ChaCha with 8 rounds (Bernstein 2008; the fewest
// that nobody is known to tell from random bits), eight blocks at a time. The order of the words is our own.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace mls {

using StreamKey = std::array<std::uint32_t, 8>;

/// Combines `words` with one of the key's streams from its start on; doing it twice gives them back. A stream
/// must seal one array only. About 5 GB/s.
void apply_keystream(const StreamKey& key, std::uint32_t stream, std::span<std::uint32_t> words);

}  // namespace mls
