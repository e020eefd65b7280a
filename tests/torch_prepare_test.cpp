// A judge with libtorch that prepares: in real sandboxes, the same bytes every time, found again by the runs.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/message.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

task::Task prepared_task(bool fails = false) {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "torch-prepare";
  task.id = "torch-prepare";
  task.seeds = 2;
  task.limits = {.wall_s = 20, .cpu_s = 5, .memory_mb = 256};
  task::Setting setting;
  setting.id = "sine";
  setting.params = {{"fails", fails}};
  task.settings.push_back(setting);
  return task;
}

class TorchPrepare : public ::testing::Test {
 protected:
  TorchPrepare() {
    // Nothing is prepared yet; what compiles is compiled once for all tests.
    fs::create_directories(default_places().home / "compile");
    fs::create_directory_symlink(default_places().home / "compile", home_.path() / "compile");
    places_.home = home_.path();
  }
  [[nodiscard]] Assignment assignment(int seed) const { return {&task_.settings[0], seed, {}}; }
  /// Prepares and returns where.
  [[nodiscard]] static fs::path prepared(const Runner& runner, const Assignment& assignment) {
    runner.prepare(assignment, std::nullopt, {});
    return runner.artefact_place(assignment);
  }

  TemporaryFolder home_;
  Places places_ = default_places();
  task::Task task_ = prepared_task();
};

TEST_F(TorchPrepare, GivesTheSameBytesEveryTimeAndOthersForAnotherSeed) {
  const Runner runner(places_, task_, public_seal());
  ASSERT_TRUE(runner.prepares());
  const fs::path place = prepared(runner, assignment(0));
  const std::string first = read_file(place);
  // A preparation is the work of a fork; neither an earlier one nor the zygote shows in it.
  fs::remove(place);
  EXPECT_EQ(read_file(prepared(runner, assignment(0))), first);
  const Runner other(places_, task_, public_seal());
  EXPECT_EQ(other.artefact_place(assignment(0)), place);
  fs::remove(place);
  EXPECT_EQ(read_file(prepared(other, assignment(0))), first);

  const fs::path of_another_seed = prepared(runner, assignment(1));
  EXPECT_NE(of_another_seed, place);
  EXPECT_NE(read_file(of_another_seed), first);
}

TEST_F(TorchPrepare, RunsFindWhatWasPrepared) {
  const Runner runner(places_, task_, public_seal());
  Assignment ready = assignment(0);
  ready.artefact = prepared(runner, ready);
  const StoredMessage network(read_file(ready.artefact));
  double sum = 0;
  for (const char* name : {"in", "shift", "out"}) {
    for (const float value : network.get().values<float>(name)) sum += static_cast<double>(value);
  }
  const HostBuild host = Toolchain(places_).build(task_, load_method(task_.folder / "method.cpp"));
  ASSERT_EQ(host.status, Status::ok) << host.error;
  const RunRecord record = runner.run(ready, host.program, std::nullopt, {});
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_NEAR(record.metrics.at("sum"), sum, 1e-4);
  EXPECT_LT(record.metrics.at("error"), 0.1);  // it has learned the sine, which has a variance of a half
  EXPECT_EQ(runner.run(ready, host.program, std::nullopt, {}).metrics, record.metrics);
}

TEST_F(TorchPrepare, AnEvaluationPreparesEachSeedOnce) {
  Options options;
  options.jobs = 1;
  prepare(places_, task_, options, [](const Progress&) {});
  const Runner runner(places_, task_, public_seal());
  std::vector<std::string> bytes;
  for (const int seed : {0, 1}) bytes.push_back(read_file(runner.artefact_place(assignment(seed))));
  EXPECT_NE(bytes[0], bytes[1]);
  const auto written = fs::last_write_time(runner.artefact_place(assignment(0)));
  prepare(places_, task_, options, [](const Progress&) {});
  EXPECT_EQ(fs::last_write_time(runner.artefact_place(assignment(0))), written);
}

TEST_F(TorchPrepare, FailureIsNamedAndLeavesNothing) {
  const task::Task failing = prepared_task(true);
  const Runner runner(places_, failing, public_seal());
  const Assignment first{&failing.settings[0], 0, {}};
  try {
    runner.prepare(first, std::nullopt, {});
    FAIL() << "it should not have been prepared";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("torch-prepare sine seed 0"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("there is nothing to learn"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(fs::exists(runner.artefact_place(first)));
}

}  // namespace
}  // namespace mls::evaluate
