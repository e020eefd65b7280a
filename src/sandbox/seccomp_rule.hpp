// A row of a table of system calls, as libseccomp takes it. In a header, because the jail is linked from two
// sources alone.
#pragma once

#include <seccomp.h>

#include <cstdint>
#include <vector>

#include "sandbox/syscalls.hpp"

namespace mls::sandbox {

inline bool add_rule(scmp_filter_ctx filter, const Rule& rule) {
  const int call = seccomp_syscall_resolve_name(rule.name);
  if (call == __NR_SCMP_ERROR) return false;
  std::vector<scmp_arg_cmp> conditions;
  for (const Condition& condition : rule.conditions)
    if (condition.mask != 0)
      conditions.push_back({condition.argument, SCMP_CMP_MASKED_EQ, condition.mask, condition.value});
  const std::uint32_t action =
      rule.answer == Answer::allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(static_cast<std::uint16_t>(rule.error));
  return seccomp_rule_add_array(filter, action, call, static_cast<unsigned>(conditions.size()),
                                conditions.data()) == 0;
}

}  // namespace mls::sandbox
