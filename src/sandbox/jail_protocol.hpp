// What the jail tells the harness: one report when the program has ended.
//
// One socket pair joins them. The harness shutting its side down (or dying) means "kill"; the jail answers
// with exactly one Report and exits. The program never holds this descriptor.
#pragma once

#include <cstdint>

namespace mls::sandbox {

inline constexpr int link_descriptor = 64;        ///< the jail's end of the socket pair
inline constexpr int last_passed = 63;            ///< programs see passed descriptors as 3..63
inline constexpr char jail_path[] = "/mls-jail";  ///< where the jail lies inside the sandbox

enum class ReportKind : std::uint32_t {
  ended = 1,         ///< the program ran; wait_status says how it ended
  setup_failed = 2,  ///< it never started; `error` and `step` say why
};

/// The step at which the kernel refuses a program whose file it can open: the fault of that file.
inline constexpr char loading_step[] = "starting the program";

enum class KillReason : std::uint32_t { none = 0, wall_limit = 1, requested = 2, cpu_limit = 3 };

struct Report {
  static constexpr std::uint32_t expected_magic = 0x4c49414a;  // "JAIL"
  std::uint32_t magic = expected_magic;
  ReportKind kind = ReportKind::ended;
  KillReason kill_reason = KillReason::none;
  std::int32_t wait_status = 0;
  std::int32_t error = 0;
  std::int64_t cpu_us = 0;
  std::int64_t wall_us = 0;
  std::int64_t peak_kib = 0;
  char step[48] = {};
};

}  // namespace mls::sandbox
