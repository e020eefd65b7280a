// Builds hosts: the pristine scaffold and its libraries plus one submitted file, compiled and linked inside
// the sandbox.
//
// Theory of operation: everything is content-addressed below <home>/compile. One precompiled header
// (host/prelude.hpp) serves all tasks. Each source in the closure of scaffold.cpp and host/main.cpp becomes
// an object once; a submission costs one compilation of its file and one static link. The sandbox that
// compiles sees the toolchain, the system headers and the headers of that closure; judge sources are not
// there.
//
// Hosts of tasks with runtime = "torch" are compiled with other flags and another precompiled header, and
// linked to a shared object that a zygote loads (torch.hpp, sandbox/zygote.hpp); the rest is the same.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "evaluate/evaluate.hpp"
#include "evaluate/torch.hpp"
#include "sandbox/sandbox.hpp"

namespace mls::evaluate {

struct HostBuild {
  std::filesystem::path program;  ///< empty when it failed
  std::string error;              ///< the compiler's or linker's message
  Status status = Status::ok;     ///< ok, compile_error or infrastructure
};

class Toolchain {
 public:
  /// Throws infrastructure when clang-19 is not installed.
  explicit Toolchain(Places places);

  /// Builds what all methods of the task share (throws infrastructure when our own code does not compile),
  /// then the host with this method, whose compilation and link may use `cpu_s` each.
  [[nodiscard]] HostBuild build(const task::Task& task, const Method& method, double cpu_s = 40) const;

  /// "clang 19.1.7"
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  struct Flavour;
  struct Kit;
  [[nodiscard]] static Flavour flavour_of(const std::string& runtime);
  [[nodiscard]] std::string key(const Flavour& flavour, const std::vector<std::string>& parts) const;
  [[nodiscard]] std::filesystem::path precompiled_prelude(const Flavour& flavour) const;  // its folder
  [[nodiscard]] std::filesystem::path object_of(const Kit& kit, const std::filesystem::path& source) const;
  [[nodiscard]] Kit kit_of(const Flavour& flavour, const std::vector<std::filesystem::path>& entries,
                           const std::filesystem::path& task_folder) const;
  [[nodiscard]] Kit kit_of(const task::Task& task) const;
  /// The program that holds libtorch, and its libraries.
  [[nodiscard]] Preload zygote(const Flavour& flavour) const;
  [[nodiscard]] sandbox::Outcome link(const Kit& kit, const std::filesystem::path& work, double cpu_s) const;

  Places places_;
  std::string version_;
};

/// Recorded in every result: compilers, libraries, instruction set; with `torch`, because host or judge uses
/// it, that too.
[[nodiscard]] std::map<std::string, std::string> recorded_versions(const Toolchain& toolchain,
                                                                   bool torch = false);

}  // namespace mls::evaluate
