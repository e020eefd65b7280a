// Every system call a sandboxed program may make: one row a rule, with the reason it is there.
//
// The jail loads these rows as an allow-list; what has no row is answered by `default_answer`. docs/threat-model.md
// shows the same rows (sandbox_test keeps the two in step), so a change here is a change of the threat model.
#pragma once

#include <cerrno>
#include <cstdint>

namespace mls::sandbox {

/// The program's process number: the jail is process 1 of the new namespace, its only child is 2.
inline constexpr int program_pid = 2;
/// The descriptor through which the jail starts the program. It closes on exec and lies above RLIMIT_NOFILE, so nothing
/// can ever have this number again: the rule for execveat below is good for exactly one start.
inline constexpr int program_descriptor = 255;

enum class Answer {
  allow,   ///< the kernel carries it out
  refuse,  ///< the call fails with `error` and does nothing
};

/// Which profiles a row is for; a bit each, in the order of `Profile`.
enum Profiles : unsigned { method_only = 1, compiler_only = 2, judge_only = 4, tools = 6, everyone = 7 };

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

inline constexpr std::uint64_t low_word = 0xffffffff;  ///< an int argument: the kernel ignores the upper half
inline constexpr std::uint64_t prot_exec = 4;
inline constexpr std::uint64_t map_anonymous = 0x20;
inline constexpr std::uint64_t map_hugetlb = 0x40000;
inline constexpr std::uint64_t message_oob = 1;
inline constexpr std::uint64_t open_create = 0100;       // O_CREAT
inline constexpr std::uint64_t open_unnamed = 020000000;  // __O_TMPFILE
inline constexpr std::uint64_t set_id_bits = 06000;
inline constexpr std::uint64_t futex_command = 0x7f;
inline constexpr std::uint64_t clone_thread = 0x10900;      // CLONE_VM | CLONE_SIGHAND | CLONE_THREAD
inline constexpr std::uint64_t clone_namespaces = 0x7e020000;  // every CLONE_NEW*
inline constexpr std::uint64_t empty_path = 0x1000;         // AT_EMPTY_PATH

inline constexpr Rule rules[] = {
    // Starting.
    {.name = "execveat", .profiles = everyone,
     .conditions = {{0, low_word, program_descriptor}, {4, low_word, empty_path}},
     .when = "descriptor 255 and AT_EMPTY_PATH only", .reason = "starts the program; cannot succeed a second time"},
    {.name = "arch_prctl", .profiles = everyone, .conditions = {{0, low_word, 0x1002}}, .when = "ARCH_SET_FS",
     .reason = "the C library sets its thread pointer"},
    {.name = "arch_prctl", .profiles = everyone, .answer = Answer::refuse, .error = EINVAL,
     .conditions = {{0, 0xf000, 0x3000}}, .when = "CET requests", .reason = "newer C libraries ask at their start"},
    {.name = "arch_prctl", .profiles = everyone, .answer = Answer::refuse, .error = EINVAL,
     .conditions = {{0, 0xf000, 0x5000}}, .when = "shadow stack requests",
     .reason = "newer C libraries ask at their start"},
    {.name = "set_tid_address", .profiles = everyone, .reason = "C library start"},
    {.name = "set_robust_list", .profiles = everyone, .reason = "C library start"},
    {.name = "rseq", .profiles = everyone, .reason = "C library start"},
    {.name = "prlimit64", .profiles = method_only | compiler_only, .conditions = {{2, ~std::uint64_t{0}, 0}}, .when = "reading only",
     .reason = "C library start asks for the stack size; limits cannot be changed"},
    {.name = "prlimit64", .profiles = judge_only, .conditions = {{0, low_word, 0}}, .when = "itself",
     .reason = "sanitizer builds switch core dumps off; hard limits can only be lowered"},
    {.name = "readlink", .profiles = method_only, .answer = Answer::refuse, .error = ENOENT,
     .reason = "static C library start asks for /proc/self/exe"},
    {.name = "exit", .profiles = everyone, .reason = "ends a thread"},
    {.name = "exit_group", .profiles = everyone, .reason = "ends the program"},

    // Memory.
    {.name = "brk", .profiles = everyone, .reason = "heap, bounded by RLIMIT_AS"},
    {.name = "mmap", .profiles = method_only,
     .conditions = {{2, prot_exec, 0}, {3, map_anonymous | map_hugetlb, map_anonymous}},
     .when = "anonymous, not executable, no huge page pool", .reason = "heap, bounded by RLIMIT_AS"},
    {.name = "mmap", .profiles = tools, .reason = "heap, shared libraries, files"},
    {.name = "mprotect", .profiles = method_only, .conditions = {{2, prot_exec, 0}}, .when = "not executable",
     .reason = "read-only relocations, guard pages"},
    {.name = "mprotect", .profiles = tools, .reason = "shared libraries, thread stacks"},
    {.name = "munmap", .profiles = everyone, .reason = "gives memory back"},
    {.name = "mremap", .profiles = everyone, .reason = "realloc of large blocks"},
    {.name = "madvise", .profiles = method_only, .conditions = {{2, low_word, 4}}, .when = "MADV_DONTNEED",
     .reason = "the allocator gives pages back"},
    {.name = "madvise", .profiles = method_only, .conditions = {{2, low_word, 8}}, .when = "MADV_FREE",
     .reason = "the allocator gives pages back"},
    {.name = "madvise", .profiles = method_only, .conditions = {{2, low_word, 14}}, .when = "MADV_HUGEPAGE",
     .reason = "the allocator asks for large pages of its own memory"},
    {.name = "madvise", .profiles = tools, .reason = "allocators"},
    {.name = "msync", .profiles = compiler_only, .reason = "the linker writes its output through a mapping"},

    // Talking over descriptors it was given.
    {.name = "read", .profiles = everyone, .reason = "the conversation with the judge"},
    {.name = "write", .profiles = everyone, .reason = "the conversation; stdout and stderr, bounded by RLIMIT_FSIZE"},
    {.name = "readv", .profiles = everyone, .reason = "the conversation"},
    {.name = "writev", .profiles = everyone, .reason = "the conversation"},
    {.name = "recvfrom", .profiles = method_only | judge_only, .conditions = {{3, message_oob, 0}},
     .when = "without MSG_OOB", .reason = "the conversation"},
    {.name = "sendto", .profiles = method_only | judge_only,
     .conditions = {{3, message_oob, 0}, {4, ~std::uint64_t{0}, 0}}, .when = "without MSG_OOB, without address",
     .reason = "the conversation"},
    // A message may carry descriptors: the judge's reads ask for none and so discard them, and without recvmsg the method
    // cannot receive any.
    {.name = "sendmsg", .profiles = method_only | judge_only, .conditions = {{2, message_oob, 0}},
     .when = "without MSG_OOB", .reason = "the conversation; descriptors sent along are discarded"},
    {.name = "poll", .profiles = everyone, .reason = "waits for the other side"},
    {.name = "ppoll", .profiles = everyone, .reason = "waits for the other side"},
    {.name = "close", .profiles = everyone, .reason = "nothing can be opened in its place"},
    {.name = "fcntl", .profiles = method_only, .conditions = {{1, low_word, 1}}, .when = "F_GETFD",
     .reason = "stream libraries look at a descriptor's mode"},
    {.name = "fcntl", .profiles = method_only, .conditions = {{1, low_word, 3}}, .when = "F_GETFL",
     .reason = "stream libraries look at a descriptor's mode"},
    {.name = "ioctl", .profiles = everyone, .answer = Answer::refuse, .error = ENOTTY,
     .reason = "stdio asks whether it writes to a terminal"},
    {.name = "lseek", .profiles = method_only, .answer = Answer::refuse, .error = ESPIPE,
     .reason = "stdio asks for its position; rewinding its output would defeat the size limit"},
    {.name = "fstat", .profiles = method_only, .answer = Answer::refuse, .error = EACCES,
     .reason = "stdio asks for the block size; inode numbers count what happens on the machine"},
    {.name = "newfstatat", .profiles = method_only, .answer = Answer::refuse, .error = EACCES,
     .reason = "as fstat"},

    // Signals to itself.
    {.name = "rt_sigaction", .profiles = everyone, .reason = "the host's handlers that name a failure"},
    {.name = "rt_sigprocmask", .profiles = everyone, .reason = "abort()"},
    {.name = "rt_sigreturn", .profiles = everyone, .reason = "end of a signal handler"},
    {.name = "sigaltstack", .profiles = everyone, .reason = "handlers after a stack overflow"},
    {.name = "tgkill", .profiles = method_only, .conditions = {{0, low_word, program_pid}, {1, low_word, program_pid}},
     .when = "itself only", .reason = "abort() and raise()"},
    {.name = "tgkill", .profiles = tools, .reason = "abort() and raise(); nobody else is in its process namespace"},
    {.name = "getpid", .profiles = everyone, .reason = "abort(); always 2"},
    {.name = "gettid", .profiles = everyone, .reason = "abort(); always 2"},
    {.name = "restart_syscall", .profiles = everyone, .reason = "the kernel resumes an interrupted sleep"},

    // Time and waiting. The clock cannot be hidden (the processor has a counter); it can only be read.
    {.name = "clock_gettime", .profiles = everyone, .reason = "usually answered without the kernel anyway"},
    {.name = "clock_getres", .profiles = everyone, .reason = "constant"},
    {.name = "gettimeofday", .profiles = everyone, .reason = "as clock_gettime"},
    {.name = "time", .profiles = everyone, .reason = "as clock_gettime"},
    {.name = "times", .profiles = everyone, .reason = "own CPU time"},
    {.name = "getrusage", .profiles = everyone, .reason = "own CPU time and memory"},
    {.name = "nanosleep", .profiles = everyone, .reason = "sleeping ends in the wall limit"},
    {.name = "clock_nanosleep", .profiles = everyone, .reason = "sleeping ends in the wall limit"},
    {.name = "sched_yield", .profiles = everyone, .reason = "harmless"},
    {.name = "sched_getaffinity", .profiles = everyone, .reason = "hardware_concurrency(); cannot be changed"},
    {.name = "sysinfo", .profiles = everyone,
     .reason = "qsort asks for the size of memory; also tells load and uptime of the machine"},
    {.name = "futex", .profiles = everyone, .conditions = {{1, futex_command, 0}}, .when = "FUTEX_WAIT",
     .reason = "locks and static initialisation"},
    {.name = "futex", .profiles = everyone, .conditions = {{1, futex_command, 1}}, .when = "FUTEX_WAKE",
     .reason = "locks and static initialisation"},
    {.name = "futex", .profiles = everyone, .conditions = {{1, futex_command, 9}}, .when = "FUTEX_WAIT_BITSET",
     .reason = "locks and static initialisation"},
    {.name = "futex", .profiles = everyone, .conditions = {{1, futex_command, 10}}, .when = "FUTEX_WAKE_BITSET",
     .reason = "locks and static initialisation"},

    // Randomness from the kernel would make a verdict irreproducible.
    {.name = "getrandom", .profiles = method_only, .answer = Answer::refuse, .error = ENOSYS,
     .reason = "the allocator asks at its start and goes on without; randomness comes from the judge"},
    {.name = "getrandom", .profiles = tools, .reason = "names of temporary files, hash seeds"},

    // Files: what they can reach is decided by the mounts, what they may write by read-only mounts and RLIMIT_FSIZE.
    {.name = "open", .profiles = tools, .conditions = {{1, open_create | open_unnamed, 0}}, .when = "existing files",
     .reason = "sources, headers, libraries, data"},
    {.name = "open", .profiles = tools, .conditions = {{1, open_create, open_create}, {2, set_id_bits, 0}},
     .when = "new files without set-id bits", .reason = "outputs"},
    {.name = "openat", .profiles = tools, .conditions = {{2, open_create | open_unnamed, 0}}, .when = "existing files",
     .reason = "sources, headers, libraries, data"},
    {.name = "openat", .profiles = tools, .conditions = {{2, open_create, open_create}, {3, set_id_bits, 0}},
     .when = "new files without set-id bits", .reason = "outputs"},
    {.name = "stat", .profiles = tools, .reason = "file look-up"},
    {.name = "lstat", .profiles = tools, .reason = "file look-up"},
    {.name = "fstat", .profiles = tools, .reason = "file look-up"},
    {.name = "newfstatat", .profiles = tools, .reason = "file look-up"},
    {.name = "statx", .profiles = tools, .reason = "file look-up"},
    {.name = "statfs", .profiles = tools, .reason = "whether a mapping is cheap"},
    {.name = "fstatfs", .profiles = tools, .reason = "whether a mapping is cheap"},
    {.name = "access", .profiles = tools, .reason = "file look-up"},
    {.name = "faccessat", .profiles = tools, .reason = "file look-up"},
    {.name = "faccessat2", .profiles = tools, .reason = "file look-up"},
    {.name = "readlink", .profiles = tools, .reason = "file look-up"},
    {.name = "readlinkat", .profiles = tools, .reason = "file look-up"},
    {.name = "getcwd", .profiles = tools, .reason = "file look-up"},
    {.name = "getdents64", .profiles = tools, .reason = "file look-up"},
    {.name = "lseek", .profiles = tools, .reason = "reading and writing files"},
    {.name = "pread64", .profiles = tools, .reason = "reading files"},
    {.name = "pwrite64", .profiles = tools, .reason = "writing outputs"},
    {.name = "ftruncate", .profiles = tools, .reason = "writing outputs, bounded by RLIMIT_FSIZE"},
    {.name = "fallocate", .profiles = tools, .reason = "writing outputs, bounded by RLIMIT_FSIZE"},
    {.name = "fsync", .profiles = tools, .reason = "writing outputs"},
    {.name = "fdatasync", .profiles = tools, .reason = "writing outputs"},
    {.name = "fadvise64", .profiles = tools, .reason = "reading files"},
    {.name = "copy_file_range", .profiles = tools, .reason = "std::filesystem::copy"},
    {.name = "sendfile", .profiles = tools, .reason = "std::filesystem::copy"},
    {.name = "fcntl", .profiles = tools, .reason = "close-on-exec, locks"},
    {.name = "flock", .profiles = tools, .reason = "locks on outputs"},
    {.name = "dup", .profiles = tools, .reason = "redirection for its own tools"},
    {.name = "dup2", .profiles = tools, .reason = "redirection for its own tools"},
    {.name = "dup3", .profiles = tools, .reason = "redirection for its own tools"},
    {.name = "rename", .profiles = tools, .reason = "outputs appear whole"},
    {.name = "renameat", .profiles = tools, .reason = "outputs appear whole"},
    {.name = "renameat2", .profiles = tools, .reason = "outputs appear whole"},
    {.name = "unlink", .profiles = tools, .reason = "temporary files"},
    {.name = "unlinkat", .profiles = tools, .reason = "temporary files"},
    {.name = "mkdir", .profiles = tools, .reason = "outputs"},
    {.name = "mkdirat", .profiles = tools, .reason = "outputs"},
    {.name = "rmdir", .profiles = tools, .reason = "temporary files"},
    {.name = "umask", .profiles = tools, .reason = "mode of outputs"},
    {.name = "chmod", .profiles = tools, .conditions = {{1, set_id_bits, 0}}, .when = "without set-id bits",
     .reason = "mode of outputs"},
    {.name = "fchmod", .profiles = tools, .conditions = {{1, set_id_bits, 0}}, .when = "without set-id bits",
     .reason = "mode of outputs"},
    {.name = "fchmodat", .profiles = tools, .conditions = {{2, set_id_bits, 0}}, .when = "without set-id bits",
     .reason = "mode of outputs"},
    {.name = "utimensat", .profiles = compiler_only, .reason = "times of outputs"},

    // Threads, and for the compiler its own tools.
    {.name = "clone", .profiles = compiler_only, .conditions = {{0, clone_namespaces, 0}},
     .when = "without new namespaces", .reason = "driver starts compiler and linker; the linker uses threads"},
    {.name = "clone", .profiles = judge_only, .conditions = {{0, clone_namespaces | clone_thread, clone_thread}},
     .when = "threads only", .reason = "libraries with helper threads"},
    {.name = "vfork", .profiles = compiler_only, .reason = "driver starts compiler and linker"},
    {.name = "execve", .profiles = compiler_only, .reason = "driver starts compiler and linker"},
    {.name = "wait4", .profiles = compiler_only, .reason = "driver waits for compiler and linker"},
    {.name = "waitid", .profiles = compiler_only, .reason = "driver waits for compiler and linker"},
    {.name = "pipe", .profiles = tools, .reason = "own tools' messages; sanitizer builds test addresses with it"},
    {.name = "pipe2", .profiles = tools, .reason = "as pipe"},
    {.name = "prctl", .profiles = tools, .conditions = {{0, low_word, 15}}, .when = "PR_SET_NAME",
     .reason = "thread names"},
    {.name = "getcpu", .profiles = tools, .reason = "allocators"},
    {.name = "uname", .profiles = tools, .reason = "asked by libraries"},
    {.name = "getuid", .profiles = tools, .reason = "asked by libraries; always 65534"},
    {.name = "geteuid", .profiles = tools, .reason = "asked by libraries; always 65534"},
    {.name = "getgid", .profiles = tools, .reason = "asked by libraries; always 65534"},
    {.name = "getegid", .profiles = tools, .reason = "asked by libraries; always 65534"},
    {.name = "getppid", .profiles = tools, .reason = "asked by libraries"},
};

}  // namespace mls::sandbox
