// One run of a method under tests/tasks, through the real compiler and real sandboxes.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::evaluate {

/// First setting, seed 0, on the first core.
inline RunRecord run_once(const task::Task& task, const std::string& method, bool capped = true) {
  const HostBuild build = Toolchain(default_places()).build(task, load_method(task.folder / method));
  EXPECT_EQ(build.status, Status::ok) << build.error;
  const Runner runner(default_places(), task, public_seal(), capped);
  return runner.run({&task.settings.front(), 0, {}}, build.program, 0, {});
}

}  // namespace mls::evaluate
