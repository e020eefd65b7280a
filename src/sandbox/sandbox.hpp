// Runs one untrusted (or merely confined) program under bubblewrap, seccomp and resource limits.
//
// Theory of operation: harness -> bwrap (namespaces, mounts) -> mls-jail as process 1 of the new pid
// namespace (static, trusted: sets limits, starts the program under a seccomp filter, reaps it, reports how
// it ended) -> the program. One socket pair joins harness and jail; the program never holds it. Shutting it
// down, or the harness dying, makes the jail kill everything inside; so does the wall limit, which the jail
// keeps by itself. stdout and stderr of all of them go to one memory file of bounded size, so that nothing
// has to be drained while programs run.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/descriptor.hpp"

namespace mls::sandbox {

/// What the program may do. See docs/threat-model.md for every system call.
enum class Profile {
  method,     ///< compute and talk over descriptors it was given: no files, no exec, no fork, no sockets, one
              ///< thread; no /proc, no /dev, an empty root; addresses are the same in every run
  compiler,   ///< also read mounted files, write its work folder and a private /tmp, run its own tools
  preloaded,  ///< as `method`, but started by a Zygote: also reads the files that are mounted
  judge,      ///< trusted code: view of its mounts, /proc, threads; no exec, no sockets
};

struct Mount {
  std::filesystem::path source;  ///< on this machine
  std::string target;            ///< inside the sandbox, absolute
  bool writable = false;
};

struct Limits {
  double wall_s = 60;  ///< from the start of the program, without the sandbox's own start
  double cpu_s = 60;   ///< of the program; acted on at once, for children of `compiler` from afar
  /// Address space of each process for `method`, `preloaded` (besides its libraries) and `compiler`; for all
  /// profiles, where the machine offers control groups, also the memory of the whole sandbox (plus a little
  /// slack).
  std::size_t memory_bytes = std::size_t{1} << 30;
  std::size_t file_bytes = std::size_t{64} << 20;   ///< largest file that `compiler` and `judge` may write
  std::size_t output_bytes = std::size_t{1} << 20;  ///< stdout and stderr together
  int open_files = 64;                              ///< at most 200, for `compiler` 4096
};

/// A descriptor of the harness that the program sees as number `as` (3..63).
struct PassedDescriptor {
  int fd;
  int as;
};

struct Command {
  Profile profile = Profile::method;
  std::vector<std::string> argv;  ///< argv[0] is an absolute path inside the sandbox
  std::vector<Mount> mounts;
  std::map<std::string, std::string> environment;  ///< the whole environment; nothing is inherited
  std::string work_folder = "/";
  std::vector<PassedDescriptor> descriptors;  ///< the caller keeps its own and closes them when it likes
  Limits limits;
  std::optional<int> cpu;  ///< pin to this core
};

enum class End {
  exited,     ///< `code` is the exit status
  signalled,  ///< `code` is the signal
  forbidden,  ///< a system call outside the profile; `detail` names it
  wall_timeout,
  cpu_timeout,  ///< used more than cpu_s, however it ended
  out_of_memory,
  output_flood,  ///< wrote more than output_bytes or file_bytes
  killed,        ///< by us, on request
  unloadable,    ///< the kernel refuses to load the program (no valid executable, or larger than the limits)
  not_started,   ///< the sandbox itself failed: `detail` says why and what to do (an infrastructure fault)
};

struct Outcome {
  End end = End::not_started;
  int code = 0;
  std::string detail;          ///< one line for people
  double wall_s = 0;           ///< of the program, without the sandbox's own start and stop
  double cpu_s = 0;            ///< user and system time of the program and its children
  std::size_t peak_bytes = 0;  ///< largest resident set of a process
  std::string output;          ///< the last 16 KiB of stdout and stderr
};

/// A program inside tells that it ran out of memory by this exit status and this line on stderr: the host
/// library's new_handler does, since running against the address space limit kills nobody by itself.
inline constexpr int out_of_memory_status = 86;
inline constexpr char out_of_memory_line[] = "mls: out of memory";
/// The host library's SIGSYS handler writes this and the number of the refused system call to stderr, then
/// dies by SIGSYS (or exits with 128 + SIGSYS).
inline constexpr char forbidden_call_line[] = "mls: forbidden system call ";

/// A started program. Destroying it kills it.
class Process {
 public:
  /// Returns before the program runs; what then goes wrong is told by `wait` as End::not_started. Throws
  /// Error(infrastructure) when bwrap, the jail or a mount's source is missing or the command makes no sense.
  static Process start(const Command& command);
  ~Process();
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;

  /// Waits for the end; when it has not come after `grace_s` (or the wall limit), kills everything inside
  /// first. Nothing of the program runs any more when it returns. Calling it again returns the same.
  [[nodiscard]] Outcome wait(std::optional<double> grace_s = std::nullopt);
  /// What open_cpu_clock (cpu_clock.hpp) gives for the program; waits until it has been started. Not
  /// open for a program that a zygote started.
  [[nodiscard]] Descriptor cpu_clock() const;
  /// Asks for the end and returns at once; may be called by another thread than the one in `wait`.
  void kill();

 private:
  friend class Zygote;
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A sandbox in which libraries are loaded already; each start in it is a fork (zygote.hpp). For programs
/// whose libraries take longer to load than a run. Destroying it kills what runs in it. May be used by
/// several threads at once.
class Zygote {
 public:
  /// Starts the zygote of profile `preloaded` and waits until its libraries are loaded, for limits.wall_s at
  /// most. argv, mounts and environment are its own and hold for all runs. Throws Error(infrastructure).
  static Zygote start(const Command& command);
  ~Zygote();
  Zygote(Zygote&&) noexcept;
  Zygote& operator=(Zygote&&) noexcept;

  /// As Process::start: argv[0] is the shared object whose main is called; descriptors, limits and cpu are
  /// those of this run. The process keeps the zygote alive.
  [[nodiscard]] Process run(const Command& command) const;

 private:
  friend class Process;
  struct State;
  explicit Zygote(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

[[nodiscard]] inline Outcome run(const Command& command) { return Process::start(command).wait(); }

/// What a dynamically linked program needs to start (the system's library folders and the loader's cache),
/// read-only.
[[nodiscard]] std::vector<Mount> library_mounts();

/// One thing `mls doctor` looks at.
struct Check {
  std::string name;
  bool passed = false;
  bool required = true;
  std::string detail;  ///< what was found
  std::string remedy;  ///< what to do about it, empty when passed
};

/// bwrap present, namespaces allowed, seccomp filter works, jail program found, control groups offered
/// (optional), AVX2 and FMA, compiler and linker for methods.
[[nodiscard]] std::vector<Check> probe();

/// Why this kernel may forbid sandboxes and how to allow them, judging by the settings under `proc_sys`.
[[nodiscard]] std::string sandbox_remedy(const std::filesystem::path& proc_sys = "/proc/sys");

}  // namespace mls::sandbox
