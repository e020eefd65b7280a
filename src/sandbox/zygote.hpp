// A program's libraries are loaded once; each run is then a fork of that process.
//
// Theory of operation: the zygote is process 1 of a sandbox of its own, made by bwrap like any other, in
// which only itself, its libraries and one method (a shared object) are mounted. It loads and initialises the
// libraries, never the method, and waits. For each run it clones a keeper into new user, process and IPC
// namespaces, where the keeper is process 1 and does what the jail does (jail.hpp): its child, process 2,
// gives up all capabilities, is confined, and only then loads the method, whose first instruction so runs
// under the same limits and nearly the same filter as that of a method which was executed. The zygote changes
// nothing of itself between two runs: it holds no state that one could leave to the next, and addresses are
// the same in all of them.
//
// The control socket (SOCK_SEQPACKET) carries one request per run: the jail's words, each ended by a zero
// byte, and descriptors: the link, the output, `groups` many members files of control groups (a digit as the
// first byte says how many), then the program's own, in the order of the words' --fd. The zygote says one
// byte when it is ready. Its end: the control socket closes, or it is killed; either takes all keepers and
// programs with it.
#pragma once

namespace mls::sandbox {

inline constexpr int control_descriptor = 65;
inline constexpr int most_request_bytes = 4096;
inline constexpr int most_request_descriptors = 80;

/// Defined by what is preloaded: initialises it in the zygote. Must leave no thread behind.
void preload();

/// Defined by what is preloaded: called in each run's process before the program is loaded. `may_make_code`:
/// its filter lets it map memory that is both written and executed.
void begin_run(bool may_make_code);

/// What the zygote starts in each run: `main` of the shared object at argv[0], with argv.
inline constexpr char entry_point[] = "main";

}  // namespace mls::sandbox
