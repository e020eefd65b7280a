// Every task passes its quality gates at smoke scale: real compiler, real sandboxes. `mls qc --all` runs them
// in full.
#include <gtest/gtest.h>

#include "core/locations.hpp"
#include "quality/check.hpp"

namespace mls::quality {
namespace {

TEST(Quality, EveryTaskPassesItsGates) {
  const auto places = evaluate::default_places();
  CheckOptions options;
  options.smoke = true;
  for (const auto& task : task::catalogue(places.root)) {
    const TaskReport report = check(places, task, options);
    EXPECT_EQ(report.gates.size(), 10U) << task.id;
    for (const Gate& gate : report.gates)
      EXPECT_TRUE(gate.passed) << task.id << " " << gate.name << ": " << gate.detail;
  }
}

}  // namespace
}  // namespace mls::quality
