// Every task passes its quality gates at smoke scale: real compiler, real sandboxes. `mls qc --all` runs them
// in full.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/locations.hpp"
#include "quality/check.hpp"

namespace mls::quality {
namespace {

/// Tiers are seconds of an unburdened core; a test runs where cores may be slower, but not by much more.
constexpr double slowest_machine = 3;

bool good_here(const Gate& gate) {
  if (gate.name != "cost") return gate.passed;
  return gate.value.has_value() && *gate.value <= slowest_machine * gate.bound;
}

class Quality : public ::testing::TestWithParam<std::string> {};

TEST_P(Quality, TaskPassesItsGates) {
  const auto places = evaluate::default_places();
  CheckOptions options;
  options.smoke = true;
  const TaskReport report = check(places, task::find(places.root, GetParam()), options);
  EXPECT_EQ(report.gates.size(), 11U);
  for (const Gate& gate : report.gates) EXPECT_TRUE(good_here(gate)) << gate.name << ": " << gate.detail;
}

std::vector<std::string> every_task() {
  std::vector<std::string> ids;
  for (const auto& task : task::catalogue(repository_root())) ids.push_back(task.id);
  return ids;
}

std::string name_of(const ::testing::TestParamInfo<std::string>& tested) {
  std::string name = tested.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Quality, ::testing::ValuesIn(every_task()), name_of);

}  // namespace
}  // namespace mls::quality
