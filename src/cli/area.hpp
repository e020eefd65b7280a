// Areas on the command line.
#pragma once

#include <string>

namespace mls::cli {

/// The id of the area that is named by its folder or by its abbreviation. Throws usage_error with the nearest
/// one.
[[nodiscard]] std::string area_named(const std::string& name);

}  // namespace mls::cli
