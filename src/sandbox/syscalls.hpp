// Every system call a sandboxed program may make: one row a rule, with the reason it is there.
//
// The jail loads these rows as an allow-list (what happens to calls without a row: load_filter in
// jail_main.cpp). docs/threat-model.md shows the same rows (syscalls_test.cpp keeps the two in step): a
// change here is a change of the threat model.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <initializer_list>

namespace mls::sandbox {

/// The program's process number: the jail is process 1 of the new namespace, its only child is 2.
inline constexpr int program_pid = 2;
/// The descriptor through which the jail starts the program. It closes on exec and lies above RLIMIT_NOFILE,
/// so nothing can ever have this number again: the rule for execveat below is good for exactly one start.
inline constexpr int program_descriptor = 255;

enum class Answer {
  allow,   ///< the kernel carries it out
  refuse,  ///< the call fails with `error` and does nothing
};

/// Which profiles a row is for; a bit each, in the order of `Profile`.
enum Profiles : unsigned {
  method_only = 1,
  compiler_only = 2,
  judge_only = 4,
  preloaded_only = 8,
  tools = compiler_only | judge_only,
  methods = method_only | preloaded_only,
  everyone = methods | tools
};

/// Holds when (argument & mask) == value. A mask of 0 means "no condition".
struct Condition {
  unsigned argument = 0;
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};

struct Rule {
  const char* name;
  unsigned profiles;
  Answer answer = Answer::allow;
  int error = 0;
  Condition conditions[3] = {};
  const char* when = "";  ///< the conditions in words
  const char* reason;
};

// How rows are written.
constexpr Rule refuse_if(const char* name, unsigned profiles, int error,
                         std::initializer_list<Condition> conditions, const char* when, const char* reason) {
  Rule rule{.name = name,
            .profiles = profiles,
            .answer = Answer::refuse,
            .error = error,
            .when = when,
            .reason = reason};
  std::copy(conditions.begin(), conditions.end(), rule.conditions);
  return rule;
}
constexpr Rule refuse(const char* name, unsigned profiles, int error, const char* reason) {
  return refuse_if(name, profiles, error, {}, "", reason);
}
constexpr Rule allow_if(const char* name, unsigned profiles, std::initializer_list<Condition> conditions,
                        const char* when, const char* reason) {
  Rule rule{.name = name, .profiles = profiles, .when = when, .reason = reason};
  std::copy(conditions.begin(), conditions.end(), rule.conditions);
  return rule;
}
constexpr Rule allow(const char* name, unsigned profiles, const char* reason) {
  return allow_if(name, profiles, {}, "", reason);
}

inline constexpr std::uint64_t all_bits = ~std::uint64_t{0};
inline constexpr std::uint64_t low_word = 0xffffffff;  ///< an int argument: the kernel ignores the upper half
inline constexpr std::uint64_t prot_exec = 4;
inline constexpr std::uint64_t map_anonymous = 0x20;
inline constexpr std::uint64_t map_hugetlb = 0x40000;
inline constexpr std::uint64_t message_oob = 1;
inline constexpr std::uint64_t socket_level = 1;          // SOL_SOCKET
inline constexpr std::uint64_t receive_timeout = 20;      // SO_RCVTIMEO
inline constexpr std::uint64_t open_for_writing = 03;     // O_WRONLY | O_RDWR
inline constexpr std::uint64_t open_create = 0100;        // O_CREAT
inline constexpr std::uint64_t open_unnamed = 020000000;  // __O_TMPFILE
inline constexpr std::uint64_t set_id_bits = 06000;
inline constexpr std::uint64_t futex_command = 0x7f;
inline constexpr std::uint64_t clone_thread = 0x10900;         // CLONE_VM | CLONE_SIGHAND | CLONE_THREAD
inline constexpr std::uint64_t clone_namespaces = 0x7e020000;  // every CLONE_NEW*
inline constexpr std::uint64_t empty_path = 0x1000;            // AT_EMPTY_PATH

inline constexpr Rule rules[] = {
    // Starting.
    allow_if("execveat", everyone & ~preloaded_only,
             {{0, low_word, program_descriptor}, {4, low_word, empty_path}},
             "descriptor 255 and AT_EMPTY_PATH only", "starts the program; cannot succeed a second time"),
    allow_if("arch_prctl", everyone, {{0, low_word, 0x1002}}, "ARCH_SET_FS",
             "the C library sets its thread pointer"),
    refuse_if("arch_prctl", everyone, EINVAL, {{0, 0xf000, 0x3000}}, "CET requests",
              "newer C libraries ask at their start"),
    refuse_if("arch_prctl", everyone, EINVAL, {{0, 0xf000, 0x5000}}, "shadow stack requests",
              "newer C libraries ask at their start"),
    allow("set_tid_address", everyone, "C library start"),
    allow("set_robust_list", everyone, "C library start"),
    allow("rseq", everyone, "C library start"),
    allow_if("prlimit64", methods | compiler_only, {{2, all_bits, 0}}, "reading only",
             "C library start asks for the stack size; limits cannot be changed"),
    allow_if("prlimit64", judge_only, {{0, low_word, 0}}, "itself",
             "sanitizer builds switch core dumps off; hard limits can only be lowered"),
    refuse("readlink", methods, ENOENT, "static C library start asks for /proc/self/exe"),
    allow("exit", everyone, "ends a thread"),
    allow("exit_group", everyone, "ends the program"),

    // Memory.
    allow("brk", everyone, "heap, bounded by RLIMIT_AS"),
    allow_if("mmap", methods, {{2, prot_exec, 0}, {3, map_anonymous | map_hugetlb, map_anonymous}},
             "anonymous, not executable, no huge page pool", "heap, bounded by RLIMIT_AS"),
    allow_if("mmap", preloaded_only, {{3, map_anonymous | map_hugetlb, 0}}, "of a file",
             "the loader maps the method"),
    allow("mmap", tools, "heap, shared libraries, files"),
    allow_if("mprotect", methods, {{2, prot_exec, 0}}, "not executable",
             "read-only relocations, guard pages"),
    allow("mprotect", tools, "shared libraries, thread stacks"),
    allow("munmap", everyone, "gives memory back"),
    allow("mremap", everyone, "realloc of large blocks"),
    allow_if("madvise", methods, {{2, low_word, 4}}, "MADV_DONTNEED", "the allocator gives pages back"),
    allow_if("madvise", methods, {{2, low_word, 8}}, "MADV_FREE", "the allocator gives pages back"),
    allow_if("madvise", methods, {{2, low_word, 14}}, "MADV_HUGEPAGE",
             "the allocator asks for large pages of its own memory"),
    allow("madvise", tools, "allocators"),
    allow("msync", compiler_only, "the linker writes its output through a mapping"),

    // Talking over descriptors it was given.
    allow("read", everyone, "the conversation with the judge"),
    allow("write", everyone, "the conversation; stdout and stderr, bounded by RLIMIT_FSIZE"),
    allow("readv", everyone, "the conversation"),
    allow("writev", everyone, "the conversation"),
    allow_if("recvfrom", methods | judge_only, {{3, message_oob, 0}}, "without MSG_OOB", "the conversation"),
    allow_if("sendto", methods | judge_only, {{3, message_oob, 0}, {4, all_bits, 0}},
             "without MSG_OOB, without address", "the conversation"),
    // A message may carry descriptors: the judge's reads ask for none and so discard them, and without
    // recvmsg the method cannot receive any.
    allow_if("sendmsg", methods | judge_only, {{2, message_oob, 0}}, "without MSG_OOB",
             "the conversation; descriptors sent along are discarded"),
    allow_if("setsockopt", judge_only, {{1, low_word, socket_level}, {2, low_word, receive_timeout}},
             "SO_RCVTIMEO", "waiting for the host ends in time"),
    allow("poll", everyone, "waits for the other side"),
    allow("ppoll", everyone, "waits for the other side"),
    allow("close", everyone, "nothing can be opened in its place"),
    allow_if("fcntl", methods, {{1, low_word, 1}}, "F_GETFD", "stream libraries look at a descriptor's mode"),
    allow_if("fcntl", methods, {{1, low_word, 3}}, "F_GETFL", "stream libraries look at a descriptor's mode"),
    refuse("ioctl", everyone, ENOTTY, "stdio asks whether it writes to a terminal"),
    refuse("lseek", methods, ESPIPE, "stdio asks for its position; its output can only grow"),
    refuse("fstat", method_only, EACCES,
           "stdio asks for the block size; inode numbers count what happens on the machine"),
    refuse("newfstatat", method_only, EACCES, "as fstat"),

    // Signals to itself. Not SIGKILL: what ends by that within its limits was killed from outside, and runs
    // again.
    allow("rt_sigaction", everyone, "the host's handlers that name a failure"),
    allow("rt_sigprocmask", everyone, "abort()"),
    allow("rt_sigreturn", everyone, "end of a signal handler"),
    allow("sigaltstack", everyone, "handlers after a stack overflow"),
    allow_if("tgkill", methods, {{0, low_word, program_pid}, {1, low_word, program_pid}, {2, low_word, 6}},
             "itself, SIGABRT", "abort()"),
    allow_if("tgkill", methods, {{0, low_word, program_pid}, {1, low_word, program_pid}, {2, low_word, 11}},
             "itself, SIGSEGV", "handlers that pass a failure on"),
    allow_if("tgkill", methods, {{0, low_word, program_pid}, {1, low_word, program_pid}, {2, low_word, 31}},
             "itself, SIGSYS", "the host's handler that names a forbidden call"),
    allow("tgkill", tools, "abort() and raise(); nobody else is in its process namespace"),
    allow("getpid", everyone, "abort(); always 2"),
    allow("gettid", everyone, "abort(); always 2"),
    allow("restart_syscall", everyone, "the kernel resumes an interrupted sleep"),

    // Time and waiting. The clock cannot be hidden (the processor has a counter); it can only be read.
    allow("clock_gettime", everyone, "usually answered without the kernel anyway"),
    allow("clock_getres", everyone, "constant"),
    allow("gettimeofday", everyone, "as clock_gettime"),
    allow("time", everyone, "as clock_gettime"),
    allow("times", everyone, "own CPU time"),
    allow("getrusage", everyone, "own CPU time and memory"),
    allow("nanosleep", everyone, "sleeping ends in the wall limit"),
    allow("clock_nanosleep", everyone, "sleeping ends in the wall limit"),
    allow("sched_yield", everyone, "harmless"),
    allow("sched_getaffinity", everyone, "hardware_concurrency(); cannot be changed"),
    allow("sysinfo", everyone,
          "qsort asks for the size of memory; also tells load and uptime of the machine"),
    allow_if("futex", everyone, {{1, futex_command, 0}}, "FUTEX_WAIT", "locks and static initialisation"),
    allow_if("futex", everyone, {{1, futex_command, 1}}, "FUTEX_WAKE", "locks and static initialisation"),
    allow_if("futex", everyone, {{1, futex_command, 9}}, "FUTEX_WAIT_BITSET",
             "locks and static initialisation"),
    allow_if("futex", everyone, {{1, futex_command, 10}}, "FUTEX_WAKE_BITSET",
             "locks and static initialisation"),

    // Randomness from the kernel would make a verdict irreproducible.
    refuse("getrandom", methods, ENOSYS,
           "the allocator asks at its start and goes on without; randomness comes from the judge"),
    allow("getrandom", tools, "names of temporary files, hash seeds"),

    // Files: the mounts decide what can be reached, read-only mounts and RLIMIT_FSIZE what can be written.
    allow_if("open", tools, {{1, open_create | open_unnamed, 0}}, "existing files",
             "sources, headers, libraries, data"),
    allow_if("open", tools, {{1, open_create, open_create}, {2, set_id_bits, 0}},
             "new files without set-id bits", "outputs"),
    allow_if("openat", tools, {{2, open_create | open_unnamed, 0}}, "existing files",
             "sources, headers, libraries, data"),
    allow_if("openat", tools, {{2, open_create, open_create}, {3, set_id_bits, 0}},
             "new files without set-id bits", "outputs"),
    allow_if("openat", preloaded_only, {{2, open_for_writing | open_create | open_unnamed, 0}},
             "existing files, for reading",
             "the loader opens the method; there is nothing else but libraries"),
    allow("fstat", preloaded_only, "the loader asks whether it has the file already"),
    allow("newfstatat", preloaded_only, "as fstat"),
    allow("pread64", preloaded_only, "the loader reads the method's tables"),
    allow("stat", tools, "file look-up"),
    allow("lstat", tools, "file look-up"),
    allow("fstat", tools, "file look-up"),
    allow("newfstatat", tools, "file look-up"),
    allow("statx", tools, "file look-up"),
    allow("statfs", tools, "whether a mapping is cheap"),
    allow("fstatfs", tools, "whether a mapping is cheap"),
    allow("access", tools, "file look-up"),
    allow("faccessat", tools, "file look-up"),
    allow("faccessat2", tools, "file look-up"),
    allow("readlink", tools, "file look-up"),
    allow("readlinkat", tools, "file look-up"),
    allow("getcwd", tools, "file look-up"),
    allow("getdents64", tools, "file look-up"),
    allow("lseek", tools, "reading and writing files"),
    allow("pread64", tools, "reading files"),
    allow("pwrite64", tools, "writing outputs"),
    allow("ftruncate", tools, "writing outputs, bounded by RLIMIT_FSIZE"),
    allow("fallocate", tools, "writing outputs, bounded by RLIMIT_FSIZE"),
    allow("fsync", tools, "writing outputs"),
    allow("fdatasync", tools, "writing outputs"),
    allow("fadvise64", tools, "reading files"),
    allow("copy_file_range", tools, "std::filesystem::copy"),
    allow("sendfile", tools, "std::filesystem::copy"),
    allow("fcntl", tools, "close-on-exec, locks"),
    allow("flock", tools, "locks on outputs"),
    allow("dup", tools, "redirection for its own tools"),
    allow("dup2", tools, "redirection for its own tools"),
    allow("dup3", tools, "redirection for its own tools"),
    allow("rename", tools, "outputs appear whole"),
    allow("renameat", tools, "outputs appear whole"),
    allow("renameat2", tools, "outputs appear whole"),
    allow("unlink", tools, "temporary files"),
    allow("unlinkat", tools, "temporary files"),
    allow("mkdir", tools, "outputs"),
    allow("mkdirat", tools, "outputs"),
    allow("rmdir", tools, "temporary files"),
    allow("umask", tools, "mode of outputs"),
    allow_if("chmod", tools, {{1, set_id_bits, 0}}, "without set-id bits", "mode of outputs"),
    allow_if("fchmod", tools, {{1, set_id_bits, 0}}, "without set-id bits", "mode of outputs"),
    allow_if("fchmodat", tools, {{2, set_id_bits, 0}}, "without set-id bits", "mode of outputs"),
    allow("utimensat", compiler_only, "times of outputs"),

    // Threads, and for the compiler its own tools.
    allow_if("clone", compiler_only, {{0, clone_namespaces, 0}}, "without new namespaces",
             "driver starts compiler and linker; the linker uses threads"),
    allow_if("clone", judge_only, {{0, clone_namespaces | clone_thread, clone_thread}}, "threads only",
             "libraries with helper threads"),
    allow("vfork", compiler_only, "driver starts compiler and linker"),
    allow("execve", compiler_only, "driver starts compiler and linker"),
    allow("wait4", compiler_only, "driver waits for compiler and linker"),
    allow("waitid", compiler_only, "driver waits for compiler and linker"),
    allow("pipe", tools, "own tools' messages; sanitizer builds test addresses with it"),
    allow("pipe2", tools, "as pipe"),
    allow_if("prctl", tools, {{0, low_word, 15}}, "PR_SET_NAME", "thread names"),
    allow("getcpu", tools, "allocators"),
    allow("uname", tools, "asked by libraries"),
    allow("getuid", tools, "asked by libraries; always 65534"),
    allow("geteuid", tools, "asked by libraries; always 65534"),
    allow("getgid", tools, "asked by libraries; always 65534"),
    allow("getegid", tools, "asked by libraries; always 65534"),
    allow("getppid", tools, "asked by libraries"),
};

}  // namespace mls::sandbox
