#pragma once

namespace mls::cli {
inline constexpr const char* version = MLS_VERSION;  ///< of the project in CMakeLists.txt
}
