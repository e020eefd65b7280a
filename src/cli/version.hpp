#pragma once

namespace mls::cli {
inline constexpr const char* version = "0.1.0";  ///< as in CMakeLists.txt (checked by a test)
}
