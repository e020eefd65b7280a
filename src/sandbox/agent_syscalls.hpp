// Every system call that an agent's program may not make: one row a rule, with the reason it is there.
//
// Programs of all kinds must run there (shells, compilers, interpreters, version control), so that this is a
// list of what is refused, unlike that of methods (syscalls.hpp): what changes or escapes namespaces, what
// talks to the machine rather than to a program of one's own, and parts of the kernel that hardly any program
// uses and many exploits do. docs/threat-model.md shows the same rows (agent_filter_test.cpp keeps the two in
// step): a change here is a change of the threat model.
#pragma once

#include "sandbox/syscalls.hpp"

namespace mls::sandbox {

constexpr Rule deny(const char* name, const char* reason) { return refuse(name, 0, EPERM, reason); }
/// For calls whose users go on without them, as on an older kernel.
constexpr Rule missing(const char* name, const char* reason) { return refuse(name, 0, ENOSYS, reason); }

/// What a socket may be of: Unix, IPv4, IPv6, netlink (getifaddrs). Above all not vsock (40), which no
/// namespace holds and which leads to the machine that this virtual machine runs on.
inline constexpr int agent_socket_families[] = {1, 2, 10, 16};
inline constexpr int socket_families = 64;  ///< Linux has fewer
/// Calls with these numbers are newer than this table: nobody has judged them.
inline constexpr int first_unknown_call = 451;
inline constexpr int last_unknown_call = 511;

inline constexpr Rule agent_denials[] = {
    // Namespaces and mounts: with a user namespace of its own a program has every capability in it.
    deny("unshare", "a user namespace gives capabilities, and with them most of the kernel's exploits"),
    deny("setns", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x02000000, 0x02000000}}, "CLONE_NEWCGROUP", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x04000000, 0x04000000}}, "CLONE_NEWUTS", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x08000000, 0x08000000}}, "CLONE_NEWIPC", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x10000000, 0x10000000}}, "CLONE_NEWUSER", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x20000000, 0x20000000}}, "CLONE_NEWPID", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x40000000, 0x40000000}}, "CLONE_NEWNET", "as unshare"),
    refuse_if("clone", 0, EPERM, {{0, 0x00020000, 0x00020000}}, "CLONE_NEWNS", "as unshare"),
    missing("clone3", "its flags lie in memory, where no filter sees them; libraries fall back on clone"),
    deny("mount", "what the sandbox shows is decided outside"),
    deny("umount2", "as mount"),
    deny("pivot_root", "as mount"),
    deny("chroot", "as mount"),
    deny("open_tree", "as mount"),
    deny("move_mount", "as mount"),
    deny("mount_setattr", "as mount"),
    deny("fsopen", "as mount"),
    deny("fsconfig", "as mount"),
    deny("fsmount", "as mount"),
    deny("fspick", "as mount"),
    deny("open_by_handle_at", "reaches files past every mount"),
    deny("name_to_handle_at", "as open_by_handle_at"),

    // Parts of the kernel that are shared by all, or that exploits are made of.
    missing("keyctl", "keys belong to a user of the machine, not to a sandbox"),
    missing("add_key", "as keyctl"),
    missing("request_key", "as keyctl; starts a program of the machine"),
    deny("bpf", "programs in the kernel"),
    deny("perf_event_open", "watches the machine, and its processor's caches"),
    missing("userfaultfd", "holds the kernel where an exploit wants it"),
    missing("io_uring_setup", "does work that no filter sees"),
    missing("io_uring_enter", "as io_uring_setup"),
    missing("io_uring_register", "as io_uring_setup"),
    missing("modify_ldt", "segments, for programs of 16 bits"),
    missing("vmsplice", "pages of one process in the pipes of another"),
    deny("kcmp", "tells addresses of the kernel apart"),
    deny("lookup_dcookie", "profiles the machine"),
    refuse_if("ioctl", 0, EPERM, {{1, low_word, 0x5412}}, "TIOCSTI", "types into a terminal"),
    refuse_if("ioctl", 0, EPERM, {{1, low_word, 0x541c}}, "TIOCLINUX", "types into a console"),

    // The machine. These need privileges that nobody has inside; twice is better.
    deny("init_module", "the machine's kernel"),
    deny("finit_module", "the machine's kernel"),
    deny("delete_module", "the machine's kernel"),
    deny("kexec_load", "the machine's kernel"),
    deny("kexec_file_load", "the machine's kernel"),
    deny("reboot", "the machine"),
    deny("swapon", "the machine's memory"),
    deny("swapoff", "the machine's memory"),
    deny("iopl", "the machine's devices"),
    deny("ioperm", "the machine's devices"),
    deny("syslog", "the kernel's messages tell addresses and what others do"),
    deny("acct", "the machine's books"),
    deny("quotactl", "the machine's disks"),
    deny("settimeofday", "the machine's clock"),
    deny("clock_settime", "the machine's clock"),
    deny("adjtimex", "the machine's clock"),
    deny("clock_adjtime", "the machine's clock"),
    deny("sethostname", "the sandbox's name"),
    deny("setdomainname", "the sandbox's name"),
    deny("vhangup", "terminals"),
    deny("migrate_pages", "slows others down"),
    deny("move_pages", "as migrate_pages; tells where memory lies"),
    deny("fanotify_init", "watches files of others"),
};

}  // namespace mls::sandbox
