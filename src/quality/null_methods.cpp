#include "quality/null_methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/files.hpp"

namespace mls::quality {
namespace {

struct Misdeed {
  const char* name;
  const char* statements;
};

constexpr std::array misdeed_kinds{
    Misdeed{"crash", "__builtin_trap();"},
    Misdeed{"loop", "for (volatile int turns = 0;;) turns = turns + 1;"},
    Misdeed{"flood", "static const char block[1 << 16] = {}; while (::write(1, block, sizeof block) > 0) {}"},
    Misdeed{"exit", "::_exit(0);"},
};

/// Runs before main. Nothing else of the source changes, so the rest of the method stays what the surface
/// wants.
std::string source_of(const Misdeed& misdeed, const std::string& start) {
  return fmt::format(
      "#include <unistd.h>\nnamespace {{\nconst int misbehaved = [] {{ {} return 0; }}();\n}}\n#line 1 "
      "\"method.cpp\"\n{}",
      misdeed.statements, start);
}

}  // namespace

std::vector<NullMethod> misdeeds(const task::Task& task) {
  const std::string start = read_file(task.folder / "method.cpp", evaluate::max_method_bytes);
  std::vector<NullMethod> methods;
  for (const auto& misdeed : misdeed_kinds) {
    methods.push_back({misdeed.name, evaluate::method_from_source(source_of(misdeed, start)), true});
  }
  return methods;
}

std::vector<NullMethod> null_methods(const task::Task& task) {
  std::vector<NullMethod> methods;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(task.folder / "null", absent)) {
    if (entry.path().extension() != ".cpp") continue;
    methods.push_back({entry.path().stem().string(), evaluate::load_method(entry.path()), false});
  }
  std::ranges::sort(methods, {}, &NullMethod::name);
  return methods;
}

}  // namespace mls::quality
