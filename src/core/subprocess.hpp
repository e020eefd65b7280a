// Runs another program of this machine (npm, apt-get, tar, ...) without a shell and captures what it prints.
// For trusted tools only: untrusted code runs in the sandbox.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mls {

struct Command {
  std::vector<std::string> argv;                    ///< argv[0] is looked up on PATH unless it holds a slash
  std::filesystem::path folder;                     ///< working folder; empty = ours
  std::map<std::string, std::string> environment;   ///< added to ours
  double timeout_s = 600;                           ///< then the whole process group is killed
  std::size_t max_output = std::size_t{256} << 10;  ///< bytes kept of each stream, the last ones
};

struct Finished {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;      ///< 0 when it exited by itself
  bool timed_out = false;
  std::string out;
  std::string err;
  [[nodiscard]] bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Absolute path of an executable file on $PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_program(std::string_view name);

/// Waits for the end. Standard input is /dev/null; the program leads a process group of its own and dies with
/// the calling thread. Throws infrastructure when the program is not there or cannot be started; its own
/// failure is in the result.
[[nodiscard]] Finished run_command(const Command& command);

}  // namespace mls
