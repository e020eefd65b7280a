#include "core/subprocess.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls {
namespace {

Finished shell(const std::string& script, double timeout_s = 20) {
  Command command;
  command.argv = {"sh", "-c", script};
  command.timeout_s = timeout_s;
  return run_command(command);
}

TEST(Subprocess, CapturesBothStreamsAndTheExitCode) {
  const Finished finished = shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(finished.out, "out\n");
  EXPECT_EQ(finished.err, "err\n");
  EXPECT_EQ(finished.exit_code, 7);
  EXPECT_FALSE(finished.ok());
}

TEST(Subprocess, ArgumentsReachTheProgramUntouched) {
  Command command;
  command.argv = {"printf", "%s|", "a b", "$HOME; rm", "\"'*"};
  EXPECT_EQ(run_command(command).out, "a b|$HOME; rm|\"'*|");
}

TEST(Subprocess, RunsInTheFolderWithTheAddedEnvironmentAndNoInput) {
  Command command;
  command.argv = {"sh", "-c", "pwd; echo $MLS_TEST_WORD; cat"};
  command.folder = "/usr";
  command.environment = {{"MLS_TEST_WORD", "hello"}};
  EXPECT_EQ(run_command(command).out, "/usr\nhello\n");
}

TEST(Subprocess, ASignalIsTold) {
  const Finished finished = shell("kill -TERM $$");
  EXPECT_EQ(finished.signal, 15);
  EXPECT_EQ(finished.exit_code, -1);
  EXPECT_FALSE(finished.ok());
}

TEST(Subprocess, TimeoutKillsTheWholeGroup) {
  const TemporaryFolder folder;
  const std::string witness = (folder.path() / "late").string();
  const auto begin = std::chrono::steady_clock::now();
  const Finished finished = shell("(sleep 1; touch " + witness + ") & sleep 30", 0.2);
  EXPECT_TRUE(finished.timed_out);
  EXPECT_FALSE(finished.ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_FALSE(std::filesystem::exists(witness));
}

TEST(Subprocess, AGrandchildThatKeepsThePipesDoesNotProlongTheWait) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(shell("sleep 30 & echo done").ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Subprocess, KeepsTheEndOfLongOutput) {
  Command command;
  command.argv = {"sh", "-c", "yes | head -c 3000000; echo end"};
  command.max_output = 1000;
  const Finished finished = run_command(command);
  EXPECT_EQ(finished.out.size(), 1000U);
  EXPECT_TRUE(finished.out.ends_with("y\nend\n"));
}

TEST(Subprocess, AMissingProgramOrFolderIsAnInfrastructureFault) {
  Command missing;
  missing.argv = {"mls-no-such-program"};
  Command broken;
  broken.argv = {"/etc/passwd"};
  Command lost;
  lost.argv = {"true"};
  lost.folder = "/no/such/folder";
  for (const Command& command : {missing, broken, lost}) {
    try {
      (void)run_command(command);
      FAIL() << command.argv.front();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::infrastructure);
      EXPECT_NE(std::string(error.what()).find(command.argv.front()), std::string::npos) << error.what();
    }
  }
}

TEST(Subprocess, FindsPrograms) {
  EXPECT_TRUE(find_program("sh").has_value());
  EXPECT_FALSE(find_program("mls-no-such-program").has_value());
}

}  // namespace
}  // namespace mls
