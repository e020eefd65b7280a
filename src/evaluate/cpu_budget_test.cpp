#include "evaluate/cpu_budget.hpp"

#include <gtest/gtest.h>

#include "core/files.hpp"

namespace mls::evaluate {
namespace {

constexpr double cap = 15;

task::Limits limits() {
  task::Limits limits;
  limits.cpu_s = cap;
  limits.cpu_factor = 10;
  limits.reference = "thompson";
  return limits;
}

ReferenceKey key() {
  return {
      std::string(64, 'a'), std::string(64, 'b'), "stochastic", "public", {{"host_compiler", "clang 19"}}};
}

TEST(CpuBudget, IsAMultipleOfTheReference) {
  const CpuBudget budget = cpu_budget(limits(), 1.42);
  EXPECT_DOUBLE_EQ(budget.cpu_s, 14.2);
  EXPECT_EQ(budget.exceeded,
            "used more CPU time than 10 times the reference baseline 'thompson' needs on this machine (10 x "
            "1.42 s)");
}

TEST(CpuBudget, NeverFallsBelowHalfASecondNorExceedsTheCap) {
  EXPECT_DOUBLE_EQ(cpu_budget(limits(), 0.001).cpu_s, least_cpu_budget_s);
  EXPECT_NE(cpu_budget(limits(), 0.001).exceeded.find("10 x 0.001 s"), std::string::npos);
  EXPECT_DOUBLE_EQ(cpu_budget(limits(), 2).cpu_s, cap);
  EXPECT_NE(cpu_budget(limits(), 2).exceeded.find("cap"), std::string::npos);
  task::Limits tight = limits();
  tight.cpu_s = 0.2;
  EXPECT_DOUBLE_EQ(cpu_budget(tight, 0.001).cpu_s, 0.2);
}

TEST(CpuBudget, IsTheCapWhereNothingWasMeasured) {
  EXPECT_DOUBLE_EQ(cpu_budget(limits(), std::nullopt).cpu_s, cap);
}

TEST(ReferenceTimes, KeepsTheMedianByMachineAndKey) {
  const TemporaryFolder home;
  const ReferenceTimes here(home.path(), "Slow 1");
  EXPECT_FALSE(here.get(key()));
  here.put(key(), {0.5, 0.7});
  EXPECT_DOUBLE_EQ(here.get(key()).value(), 0.6);
  here.put(key(), {3, 1, 2});
  EXPECT_DOUBLE_EQ(here.get(key()).value(), 2);
  EXPECT_FALSE(ReferenceTimes(home.path(), "Fast 2").get(key()));
  for (auto change : std::vector<void (*)(ReferenceKey&)>{
           [](ReferenceKey& k) { k.task_sha256[0] = 'f'; },
           [](ReferenceKey& k) { k.reference_sha256[0] = 'f'; }, [](ReferenceKey& k) { k.setting = "other"; },
           [](ReferenceKey& k) { k.seal = "0123456789abcdef"; },
           [](ReferenceKey& k) { k.versions["host_compiler"] = "clang 20"; }}) {
    ReferenceKey other = key();
    change(other);
    EXPECT_FALSE(here.get(other));
  }
}

TEST(ReferenceTimes, IgnoresWhatCannotBeATime) {
  const TemporaryFolder home;
  const ReferenceTimes times(home.path());
  for (const char* text : {"", "{", "[]", "{\"cpu_s\": []}", "{\"cpu_s\": [0]}", "{\"cpu_s\": [-1, 2]}",
                           "{\"cpu_s\": [\"1\"]}", "{\"cpu_s\": [1e999]}", "{\"cpu_s\": [null]}"}) {
    write_atomic(times.place(key()), text);
    EXPECT_FALSE(times.get(key())) << text;
  }
}

TEST(ReferenceTimes, KnowsThisMachine) { EXPECT_FALSE(ReferenceTimes::this_cpu_model().empty()); }

}  // namespace
}  // namespace mls::evaluate
