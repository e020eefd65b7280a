// Runs one untrusted (or merely confined) program under bubblewrap, seccomp and resource limits.
//
// Theory of operation: harness -> bwrap (namespaces, mounts) -> mls-jail as process 1 of the new pid namespace (static,
// trusted: sets limits, starts the program under a seccomp filter, reaps it, reports how it ended) -> the program.
// The program never holds the report descriptor; the harness kills by closing the control pipe or killing bwrap.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mls::sandbox {

/// What the program may do. See docs/threat-model.md for every system call.
enum class Profile {
  method,    ///< compute and talk over descriptors it was given: no files, no exec, no fork, no sockets, one thread
  compiler,  ///< also read mounted files, write its work folder, run its own tools
  judge,     ///< trusted code: read-only view of its mounts, no network
};

struct Mount {
  std::filesystem::path source;  ///< on this machine
  std::string target;            ///< inside the sandbox, absolute
  bool writable = false;
};

struct Limits {
  double wall_s = 60;
  double cpu_s = 60;
  std::size_t memory_bytes = std::size_t{1} << 30;     ///< address space for `method`, cgroup memory where offered
  std::size_t file_bytes = std::size_t{64} << 20;      ///< largest file (and output) the program may write
  std::size_t output_bytes = std::size_t{1} << 20;     ///< stdout and stderr together
  int open_files = 64;
};

/// A descriptor of the harness that the program sees as number `as` (>= 3).
struct PassedDescriptor {
  int fd;
  int as;
};

struct Command {
  Profile profile = Profile::method;
  std::vector<std::string> argv;  ///< argv[0] is a path inside the sandbox
  std::vector<Mount> mounts;
  std::map<std::string, std::string> environment;  ///< the whole environment; nothing is inherited
  std::string work_folder = "/";
  std::vector<PassedDescriptor> descriptors;
  Limits limits;
  std::optional<int> cpu;  ///< pin to this core
};

enum class End {
  exited,         ///< `code` is the exit status
  signalled,      ///< `code` is the signal
  forbidden,      ///< a system call outside the profile; `detail` names it
  wall_timeout,
  cpu_timeout,
  out_of_memory,
  output_flood,   ///< wrote more than output_bytes or file_bytes
  killed,         ///< by us, on request
  not_started,    ///< the sandbox itself failed: `detail` says why (an infrastructure fault)
};

struct Outcome {
  End end = End::not_started;
  int code = 0;
  std::string detail;        ///< one line for people
  double wall_s = 0;
  double cpu_s = 0;
  std::size_t peak_bytes = 0;
  std::string output;        ///< the last 16 KiB of stdout and stderr
};

/// A started program. Destroying it kills it.
class Process {
 public:
  /// Throws Error(infrastructure) when the sandbox cannot be set up on this machine.
  static Process start(const Command& command);
  ~Process();
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;

  /// Waits for the end; when it has not come after `grace_s` (or the wall limit), kills everything inside first.
  [[nodiscard]] Outcome wait(std::optional<double> grace_s = std::nullopt);
  void kill();

 private:
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

[[nodiscard]] inline Outcome run(const Command& command) { return Process::start(command).wait(); }

/// One thing `mls doctor` looks at.
struct Check {
  std::string name;
  bool passed = false;
  bool required = true;
  std::string detail;  ///< what was found
  std::string remedy;  ///< what to do about it, empty when passed
};

/// bwrap present, namespaces allowed, seccomp filter loads, jail program found, cgroups offered (optional), AVX2.
[[nodiscard]] std::vector<Check> probe();

}  // namespace mls::sandbox
