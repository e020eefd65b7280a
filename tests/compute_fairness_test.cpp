// CPU budgets relative to the reference baseline: a slow machine gives methods as much room as a fast one,
// and nobody more.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "evaluate/cpu_budget.hpp"
#include "evaluate/evaluate.hpp"
#include "evaluate/toolchain.hpp"
#include "task/sources.hpp"
#include "task/task.hpp"

namespace mls::evaluate {
namespace {

/// A bandit policy that burns CPU seconds and then plays arm 0.
std::string burning(double seconds) {
  return R"(#include "surface.hpp"
#include <ctime>
namespace mls {
namespace {
struct Burning : Policy {
  int choose(int, std::span<const double>) override {
    static const clock_t end = clock() + static_cast<clock_t>()" +
         std::to_string(seconds) + R"( * CLOCKS_PER_SEC);
    while (clock() < end) {}
    return 0;
  }
  void update(int, double) override {}
};
}  // namespace
std::unique_ptr<Policy> make_policy(const Info&, Rng&) { return std::make_unique<Burning>(); }
}  // namespace mls
)";
}

class ComputeFairness : public testing::Test {
 protected:
  ComputeFairness() {
    // A home without results or measurements, with the compiler's cache of the other.
    std::filesystem::create_directories(places_.home / "compile");
    std::filesystem::create_directory_symlink(places_.home / "compile", home_.path() / "compile");
    places_.home = home_.path();
    task_.limits = {.wall_s = 30, .cpu_s = 20, .memory_mb = 256, .cpu_factor = 4, .reference = "ucb1"};
    options_.settings = {"stochastic"};
    options_.max_seeds = 1;
    options_.fresh = true;
  }

  /// As if the reference had been measured on this machine.
  void reference_takes(double seconds) {
    const ReferenceKey key{task::task_hash(places_.root, task_),
                           load_method(task_.folder / "method.cpp").sha256, "stochastic", "public",
                           recorded_versions(Toolchain(places_))};
    ReferenceTimes(places_.home).put(key, {seconds, seconds});
  }

  Evaluation evaluated(const Method& method) {
    return evaluate(places_, task_, method, options_,
                    [this](const Progress& progress) { stages_.insert(progress.stage); });
  }
  RunRecord run(double burnt_s) { return evaluated(method_from_source(burning(burnt_s))).runs.front(); }

  TemporaryFolder home_;
  Places places_ = default_places();
  task::Task task_ = task::find(places_.root, "optimization-online-bandit");
  Options options_;
  std::set<Progress::Stage> stages_;
};

TEST_F(ComputeFairness, ASlowMachineGivesMoreTime) {
  reference_takes(0.3);  // a budget of 1.2 s
  const RunRecord stopped = run(3);
  EXPECT_EQ(name_of(stopped.status), "timeout");
  EXPECT_EQ(
      stopped.message,
      "used more CPU time than 4 times the reference baseline 'ucb1' needs on this machine (4 x 0.3 s)");
  EXPECT_LT(stopped.cpu_s, 2);
  reference_takes(2);  // the same machine, seven times slower
  EXPECT_EQ(name_of(run(3).status), "ok");
}

TEST_F(ComputeFairness, TwentyTimesTheReferenceIsStoppedAnHonestSlowBaselineIsNot) {
  task_.limits.cpu_factor = 10;
  reference_takes(0.2);  // a budget of 2 s
  EXPECT_EQ(name_of(run(4).status), "timeout");
  const Evaluation slow = evaluated(load_method(task_.folder / "baselines" / "discounted_ts.cpp"));
  EXPECT_EQ(name_of(slow.runs.front().status), "ok") << slow.runs.front().message;
  EXPECT_DOUBLE_EQ(slow.cpu_budget_s.at("stochastic"), 2);
}

TEST_F(ComputeFairness, IsMeasuredOnceAndNotForWhatIsKnown) {
  options_.fresh = false;
  const Method start = load_method(task_.folder / "method.cpp");

  const Evaluation first = evaluated(start);
  EXPECT_TRUE(stages_.contains(Progress::Stage::measuring));
  EXPECT_GE(first.cpu_budget_s.at("stochastic"), least_cpu_budget_s);
  EXPECT_LE(first.cpu_budget_s.at("stochastic"), task_.limits.cpu_s);

  stages_.clear();
  std::filesystem::remove_all(places_.home / "results");
  EXPECT_EQ(evaluated(start).cpu_budget_s, first.cpu_budget_s);
  EXPECT_FALSE(stages_.contains(Progress::Stage::measuring));

  stages_.clear();
  std::filesystem::remove_all(places_.home / "machine");
  const Evaluation cached = evaluated(start);
  EXPECT_TRUE(cached.runs.front().cached);
  EXPECT_TRUE(cached.cpu_budget_s.empty());
  EXPECT_FALSE(stages_.contains(Progress::Stage::measuring));
}

// SIGKILL within all limits comes from outside and gets another try (crash_safety_test): no method can look
// like that.
TEST_F(ComputeFairness, AHostCannotKillItselfToBeTriedAgain) {
  reference_takes(0.3);
  options_.fresh = false;
  std::string source = burning(0);
  source.insert(source.find("    while"), "    raise(SIGKILL);\n");
  source.insert(0, "#include <signal.h>\n");
  for (int i = 0; i < 2; ++i) {
    const RunRecord record = evaluated(method_from_source(source)).runs.front();
    EXPECT_EQ(name_of(record.status), "crash");
    EXPECT_NE(record.message.find("tgkill, which is not allowed"), std::string::npos) << record.message;
    EXPECT_EQ(record.cached, i == 1);
  }
}

}  // namespace
}  // namespace mls::evaluate
