// Where things are: the benchmark's own tree and the user's data folder.
#pragma once

#include <filesystem>

namespace mls {

/// $MLS_ROOT, else the nearest folder above this executable that holds packs/registry.toml. Throws
/// infrastructure.
[[nodiscard]] std::filesystem::path repository_root();
/// $MLS_HOME, else $XDG_DATA_HOME/mls-bench, else ~/.local/share/mls-bench; created when missing.
[[nodiscard]] std::filesystem::path user_home();
/// $MLS_BUILD, else the folder above this executable's (which lies in <build>/bin). Holds bin/mls-jail and
/// judges/.
[[nodiscard]] std::filesystem::path build_folder();

}  // namespace mls
