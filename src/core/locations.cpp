#include "core/locations.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "core/error.hpp"

namespace mls {
namespace {

namespace fs = std::filesystem;

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

fs::path executable() {
  std::error_code error;
  const fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) throw infrastructure("/proc/self/exe cannot be read: " + error.message());
  return path;
}

}  // namespace

fs::path repository_root() {
  if (const fs::path set = from_environment("MLS_ROOT"); !set.empty()) return set;
  for (fs::path folder = executable().parent_path(); folder != folder.root_path();
       folder = folder.parent_path()) {
    if (fs::exists(folder / "packs" / "registry.toml")) return folder;
  }
  throw infrastructure(fmt::format(
      "no folder above {} holds packs/registry.toml; set MLS_ROOT to the repository", executable().string()));
}

fs::path user_home() {
  fs::path home = from_environment("MLS_HOME");
  if (home.empty()) {
    if (const fs::path data = from_environment("XDG_DATA_HOME"); !data.empty()) home = data / "mls-bench";
  }
  if (home.empty()) {
    const fs::path user = from_environment("HOME");
    if (user.empty())
      throw infrastructure("neither MLS_HOME nor HOME is set; set MLS_HOME to a folder for data");
    home = user / ".local" / "share" / "mls-bench";
  }
  std::error_code error;
  fs::create_directories(home, error);
  if (error) {
    throw infrastructure(fmt::format("{}: cannot be made: {}; set MLS_HOME to a folder you may write",
                                     home.string(), error.message()));
  }
  return fs::canonical(home);
}

fs::path build_folder() {
  if (const fs::path set = from_environment("MLS_BUILD"); !set.empty()) return set;
  return executable().parent_path().parent_path();
}

}  // namespace mls
