// What the first process inside a sandbox does, whichever way it gets at the program: sets limits, starts the
// program under its system call filter, watches, kills, reaps and reports it. Used by mls-jail, which
// executes the program, and by the zygote, which has loaded its libraries beforehand and forks it.
#pragma once

#include <cstdint>
#include <vector>

#include "sandbox/syscalls.hpp"

namespace mls::sandbox {

struct Order {
  unsigned profile = method_only;
  std::int64_t wall_ms = 0;
  std::int64_t cpu_ms = 0;
  std::uint64_t memory_bytes = 0;  ///< 0: no limit on address space
  std::uint64_t file_bytes = 0;
  std::uint64_t open_files = 0;
  int cpu = -1;
  std::vector<int> descriptors;
  std::vector<char*> environment;
  char** argv = nullptr;
};

/// Reads the words after argv[0]: options, then `--` and the program's own argv. What cannot be read ends the
/// process with a report.
[[nodiscard]] Order parse_order(int argc, char** argv);

/// Tells the harness that the sandbox itself failed, and ends the process.
[[noreturn]] void fail_setup(const char* step, int error);
/// The same from the program's process, through the jail; `errno` says why.
[[noreturn]] void fail_in_child(int errors, const char* step);

/// In the program's process: core, limits, and last the filter. What is confined cannot be undone.
void confine(const Order& order, int errors);

/// Turns the child that it is called in into the program; never returns. Failures go to `fail_in_child`.
using BecomeProgram = void (*)(const Order& order, int errors);

/// As process 1 of the sandbox: from fork to report. Returns the process's exit code.
int run_program(const Order& order, BecomeProgram become_program);

}  // namespace mls::sandbox
