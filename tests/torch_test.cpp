// Hosts with runtime = "torch": they compile, start as forks of a zygote, compute the same bits every time,
// and can do no more than any other method.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <stop_token>
#include <thread>

#include "core/files.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

task::Task torch_task() {
  task::Task task;
  task.folder = default_places().root / "tests" / "tasks" / "torch-mlp";
  task.id = "torch-mlp";
  task.runtime = "torch";
  task.limits = {.wall_s = 20, .cpu_s = 3, .memory_mb = 256};
  task::Setting setting;
  setting.id = "sine";
  setting.params = {{"examples", 128}};
  task.settings.push_back(setting);
  return task;
}

class Torch : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path built(const fs::path& method) const {
    const HostBuild build = toolchain_.build(task_, load_method(task_.folder / method));
    EXPECT_EQ(build.status, Status::ok) << build.error;
    return build.program;
  }
  [[nodiscard]] RunRecord run(const fs::path& host, int seed = 0) const {
    return runner_.run({&task_.settings[0], seed, {}}, host, std::nullopt, {});
  }
  [[nodiscard]] RunRecord run_method(const std::string& name) const { return run(built("methods/" + name)); }

  task::Task task_ = torch_task();
  Toolchain toolchain_{default_places()};
  Runner runner_{default_places(), task_, public_seal()};
};

TEST_F(Torch, LearnsAndComputesTheSameBitsTwice) {
  const fs::path host = built("method.cpp");
  const RunRecord first = run(host);
  ASSERT_EQ(first.status, Status::ok) << first.message;
  EXPECT_LT(first.metrics.at("error"), 0.05);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(host).metrics, first.metrics);
  // Another zygote.
  const Runner other(default_places(), task_, public_seal());
  EXPECT_EQ(other.run({&task_.settings[0], 0, {}}, host, 0, {}).metrics, first.metrics);
  EXPECT_NE(run(host, 1).metrics, first.metrics);
}

TEST_F(Torch, SeesNoFilesButLibraries) {
  const RunRecord record = run_method("files.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics, run_method("nothing.cpp").metrics);
}

TEST_F(Torch, ForbiddenCallsEndTheRun) {
  for (const auto& [method, call] :
       std::vector<std::pair<std::string, std::string>>{{"threads.cpp", "starting a thread?"},
                                                        {"writes.cpp", "openat"},
                                                        {"executes.cpp", "execve"},
                                                        {"constructor.cpp", "starting a thread?"}}) {
    const RunRecord record = run_method(method);
    EXPECT_EQ(record.status, Status::crash) << method;
    EXPECT_NE(record.message.find(call), std::string::npos) << method << ": " << record.message;
  }
}

TEST_F(Torch, NoKernelIsCompiledInARun) {
  const RunRecord record = run_method("kernels.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_EQ(record.metrics, run_method("nothing.cpp").metrics);
}

TEST_F(Torch, AskingLibtorchForThreadsGainsNothing) {
  const RunRecord record = run_method("more_threads.cpp");
  EXPECT_NE(record.status, Status::infrastructure) << record.message;
  EXPECT_NE(record.status, Status::timeout) << record.message;
}

TEST_F(Torch, NamesOfTheMethodDoNotReachTheLibraries) {
  const RunRecord record = run_method("interposes.cpp");
  ASSERT_EQ(record.status, Status::ok) << record.message;
  EXPECT_LT(record.metrics.at("error"), 1e-10);
}

TEST_F(Torch, NoRunFindsWhatAnotherLeft) {
  const fs::path host = built("methods/state.cpp");
  const RunRecord first = run(host);
  ASSERT_EQ(first.status, Status::ok) << first.message;
  EXPECT_EQ(first.metrics, run(built("methods/nothing.cpp")).metrics);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(host).metrics, first.metrics);
}

TEST_F(Torch, LimitsHold) {
  const RunRecord memory = run_method("memory.cpp");
  EXPECT_EQ(memory.status, Status::oom) << memory.message;
  const RunRecord spinning = run_method("spins.cpp");
  EXPECT_EQ(spinning.status, Status::timeout) << spinning.message;
  EXPECT_NEAR(spinning.cpu_s, 3, 0.5);
}

TEST_F(Torch, StoppingEndsARunAtOnce) {
  const fs::path host = built("methods/spins.cpp");
  std::stop_source stop;
  std::thread later([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  (void)run(built("method.cpp"));
  EXPECT_THROW((void)runner_.run({&task_.settings[0], 0, {}}, host, std::nullopt, stop.get_token()),
               Interrupted);
  later.join();
}

TEST_F(Torch, ErrorsOfLibtorchAreNamedAndCanBeCaught) {
  const RunRecord thrown = run_method("throws.cpp");
  EXPECT_EQ(thrown.status, Status::crash);
  EXPECT_NE(thrown.message.find("shapes"), std::string::npos) << thrown.message;
  EXPECT_EQ(run_method("catches.cpp").status, Status::ok);
}

TEST_F(Torch, WhatDoesNotLinkIsACompileError) {
  const HostBuild build = toolchain_.build(task_, method_from_source("#include \"surface.hpp\"\n"));
  EXPECT_EQ(build.status, Status::compile_error);
  EXPECT_NE(build.error.find("fit_and_predict"), std::string::npos) << build.error;
}

TEST_F(Torch, WhereItIsMissingTheCureIsNamed) {
  const TemporaryFolder empty;
  // The libtorch that the tests run with, if it is not Debian's, is that of those that follow too.
  const char* const named = std::getenv("MLS_TORCH");
  const std::string before = named == nullptr ? "" : named;
  ::setenv("MLS_TORCH", empty.path().c_str(), 1);
  const sandbox::Check missing = check_torch();
  ::setenv("MLS_TORCH", before.c_str(), 1);
  EXPECT_FALSE(missing.passed);
  EXPECT_NE(missing.remedy.find("apt-get install"), std::string::npos);
  EXPECT_TRUE(check_torch().passed) << check_torch().detail;
}

}  // namespace
}  // namespace mls::evaluate
