// For tests on real data, where `mls packs fetch` has put it.
#pragma once

#include <cctype>
#include <filesystem>
#include <string>

#include "core/locations.hpp"

namespace mls::data::testing {

/// Folder of the newest version; empty when the pack was never fetched.
inline std::filesystem::path folder_of(const std::string& pack) {
  std::filesystem::path newest;
  const std::filesystem::path packs = user_home() / "packs";
  if (!std::filesystem::is_directory(packs)) return newest;
  for (const auto& entry : std::filesystem::directory_iterator(packs)) {
    const std::string name = entry.path().filename().string();
    const bool is_version = name.starts_with(pack + "-") && name.size() > pack.size() + 1 &&
                            std::isdigit(static_cast<unsigned char>(name[pack.size() + 1])) != 0;
    if (is_version && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

}  // namespace mls::data::testing
