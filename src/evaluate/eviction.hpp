// Keeps a folder of cache entries from growing without end.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace mls::evaluate {

/// Marks an entry as used now.
void touch(const std::filesystem::path& entry);

/// Removes the entries of `folder` whose names begin with `prefix`, longest unused first, until at most
/// `most` are left; those used within `in_use` stay, because another process may be running them. What cannot
/// be removed stays.
void evict(const std::filesystem::path& folder, std::string_view prefix, std::size_t most,
           std::chrono::seconds in_use = std::chrono::hours(1));

}  // namespace mls::evaluate
