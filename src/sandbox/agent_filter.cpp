#include "sandbox/agent_filter.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "sandbox/agent_syscalls.hpp"
#include "sandbox/seccomp_rule.hpp"

namespace mls::sandbox {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

constexpr auto no_such_call = SCMP_ACT_ERRNO(ENOSYS);
constexpr auto no_such_family = SCMP_ACT_ERRNO(EAFNOSUPPORT);

bool add_families(scmp_filter_ctx filter) {
  const int call = seccomp_syscall_resolve_name("socket");
  const auto refuse_where = [&](scmp_arg_cmp condition) {
    return seccomp_rule_add_array(filter, no_such_family, call, 1, &condition) == 0;
  };
  bool good = true;
  for (int family = 0; family < socket_families; ++family) {
    if (std::ranges::find(agent_socket_families, family) == std::end(agent_socket_families))
      good = good && refuse_where({0, SCMP_CMP_MASKED_EQ, low_word, static_cast<scmp_datum_t>(family)});
  }
  // Larger numbers have one of these bits.
  for (scmp_datum_t bit = socket_families; bit <= low_word; bit <<= 1)
    good = good && refuse_where({0, SCMP_CMP_MASKED_EQ, bit, bit});
  return good;
}

bool add_unknown_calls(scmp_filter_ctx filter) {
  for (int call = first_unknown_call; call <= last_unknown_call; ++call) {
    if (seccomp_rule_add_array(filter, no_such_call, call, 0, nullptr) != 0) return false;
  }
  return true;
}

Filter filter_of_agents() {
  Filter filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  bool good = filter != nullptr &&
              // 32-bit calls have numbers of their own, which no row is about.
              seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
              seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
  for (const Rule& rule : agent_denials) good = good && add_rule(filter.get(), rule);
  if (!good || !add_families(filter.get()) || !add_unknown_calls(filter.get()))
    throw infrastructure(
        "the system call filter of the agent's sandbox cannot be made: libseccomp is too old");
  return filter;
}

}  // namespace

Descriptor agent_filter() {
  const Filter filter = filter_of_agents();
  Descriptor file{::memfd_create("filter", MFD_CLOEXEC)};
  if (!file.open() || seccomp_export_bpf(filter.get(), file.get()) != 0 ||
      ::lseek(file.get(), 0, SEEK_SET) != 0)
    throw infrastructure(std::string("the system call filter cannot be written: ") + std::strerror(errno));
  return file;
}

}  // namespace mls::sandbox
