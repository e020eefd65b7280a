#include "cli/area.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "task/task.hpp"

namespace mls::cli {

std::string area_named(const std::string& name) {
  std::vector<std::string> ids;
  for (const auto& area : task::areas()) {
    if (area.id == name || area.abbreviation == name) return std::string(area.id);
    ids.emplace_back(area.id);
  }
  throw usage_error(
      fmt::format("there is no area \"{}\"; did you mean \"{}\"?", name, task::nearest(name, ids).front()));
}

}  // namespace mls::cli
