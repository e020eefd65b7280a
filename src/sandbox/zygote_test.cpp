// A real zygote around testing/preload.cpp, and runs of testing/preloaded_main.cpp in it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "sandbox/sandbox.hpp"
#include "sandbox/testing/sockets.hpp"

namespace mls::sandbox {
namespace {

using testing::hangs_up;
using testing::socket_pair;

Command zygote_command() {
  Command command;
  command.profile = Profile::preloaded;
  command.argv = {"/zygote"};
  command.mounts = library_mounts();
  command.mounts.push_back({build_folder() / "bin" / "sandbox-zygote", "/zygote"});
  command.mounts.push_back({build_folder() / "bin" / "sandbox-preloaded.so", "/method.so"});
  command.limits.wall_s = 60;
  return command;
}

Command method(std::vector<std::string> words) {
  Command command;
  command.profile = Profile::preloaded;
  command.argv = {"/method.so"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.limits.wall_s = 20;
  command.limits.cpu_s = 5;
  command.limits.memory_bytes = std::size_t{64} << 20;
  return command;
}

class ZygoteTest : public ::testing::Test {
 protected:
  [[nodiscard]] Outcome run(std::vector<std::string> words) const { return run(method(std::move(words))); }
  [[nodiscard]] Outcome run(const Command& command) const { return zygote_.run(command).wait(); }
  /// Whether the next run is as if nothing had happened.
  [[nodiscard]] bool serves() const {
    const Outcome outcome = run({"state"});
    return outcome.end == End::exited && outcome.output == "1 preloads, 1 runs, 1 when loaded, 1 visits\n";
  }

  Zygote zygote_ = Zygote::start(zygote_command());
};

TEST_F(ZygoteTest, PassesOnHowARunEnds) {
  for (const char* code : {"0", "1", "77"}) {
    const Outcome outcome = run({"exit", code});
    EXPECT_EQ(outcome.end, End::exited) << outcome.detail;
    EXPECT_EQ(outcome.code, std::atoi(code));
  }
  const Outcome aborted = run({"abort"});
  EXPECT_EQ(aborted.end, End::signalled);
  EXPECT_EQ(aborted.code, SIGABRT);
}

TEST_F(ZygoteTest, EveryRunFindsTheStateAfterPreloading) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(serves());
}

TEST_F(ZygoteTest, AddressesAreTheSameInEveryRunAndEveryZygote) {
  const std::string first = run({"addresses"}).output;
  EXPECT_EQ(first.find("0x"), 0U) << first;
  EXPECT_EQ(run({"addresses"}).output, first);
  EXPECT_EQ(Zygote::start(zygote_command()).run(method({"addresses"})).wait().output, first);
}

TEST_F(ZygoteTest, RunsAtOnceDoNotMeet) {
  std::array<std::thread, 6> threads;
  for (int i = 0; i < 6; ++i) {
    threads[static_cast<std::size_t>(i)] = std::thread([this, i] {
      EXPECT_EQ(run({"exit", std::to_string(i)}).code, i);
      EXPECT_TRUE(serves());
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ZygoteTest, ARunHoldsTheDescriptorsItWasGivenAndNoOthers) {
  auto [ours, its] = socket_pair();
  auto [unused, also_its] = socket_pair();
  Command command = method({"descriptors"});
  command.descriptors = {{its.get(), 3}, {also_its.get(), 17}};
  EXPECT_EQ(run(command).output, "0 1 2 3 17 ");
  EXPECT_EQ(run({"descriptors"}).output, "0 1 2 ");
}

TEST_F(ZygoteTest, ARunTalksOverWhatItWasGiven) {
  auto [ours, its] = socket_pair();
  Command command = method({"answer"});
  command.descriptors = {{its.get(), 3}};
  Process process = zygote_.run(command);
  its.reset();
  ASSERT_EQ(::send(ours.get(), "stars", 5, 0), 5);
  char reply[5] = {};
  EXPECT_EQ(::recv(ours.get(), reply, sizeof reply, MSG_WAITALL), 5);
  EXPECT_EQ(std::string(reply, 5), "srats");
  EXPECT_TRUE(hangs_up(ours, 10'000));
  EXPECT_EQ(process.wait().code, 0);
}

TEST_F(ZygoteTest, WhatIsForbiddenEndsTheRunAndNotTheZygote) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"fork"}, {"execute", "/zygote"}, {"make", "/new"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.end, End::forbidden) << words[0] << ": " << outcome.detail;
    EXPECT_TRUE(serves());
  }
}

TEST_F(ZygoteTest, ARunReadsWhatIsMountedAndNothingElse) {
  EXPECT_EQ(run({"read", "/zygote"}).code, 0);
  for (const char* path : {"/etc/passwd", "/proc/self/maps", "/tmp", "/home"}) {
    const Outcome outcome = run({"read", path});
    EXPECT_EQ(outcome.code, 1) << path;
    EXPECT_EQ(outcome.output, "No such file or directory\n") << path;
  }
}

TEST_F(ZygoteTest, LimitsAreThoseOfTheRun) {
  Command command = method({"spin"});
  command.limits.cpu_s = 0.2;
  EXPECT_EQ(run(command).end, End::cpu_timeout);
  command.limits.cpu_s = 20;
  command.limits.wall_s = 0.2;
  EXPECT_EQ(run(command).end, End::wall_timeout);
  EXPECT_EQ(run({"memory"}).end, End::out_of_memory);
  EXPECT_EQ(run({"flood"}).end, End::output_flood);
  EXPECT_TRUE(serves());
}

TEST_F(ZygoteTest, ARunIsKilledOnRequestAndWhenNobodyWantsItAnyMore) {
  Process spinning = zygote_.run(method({"spin"}));
  spinning.kill();
  EXPECT_EQ(spinning.wait().end, End::killed);

  auto [ours, its] = socket_pair();
  {
    Command command = method({"spin"});
    command.descriptors = {{its.get(), 3}};
    const Process dropped = zygote_.run(command);
    its.reset();
    EXPECT_FALSE(hangs_up(ours, 50));
  }
  EXPECT_TRUE(hangs_up(ours, 10'000));
  EXPECT_TRUE(serves());
}

TEST_F(ZygoteTest, ARunOutlivesTheHandleOfItsZygote) {
  Process process = [] {
    const Zygote zygote = Zygote::start(zygote_command());
    return zygote.run(method({"exit", "5"}));
  }();
  EXPECT_EQ(process.wait().code, 5);
}

TEST_F(ZygoteTest, AMethodThatCannotBeLoadedIsTheRunsFailure) {
  Command missing = method({});
  missing.argv = {"/no-such.so"};
  const Outcome outcome = run(missing);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.output.find("the method cannot be loaded: /no-such.so"), std::string::npos)
      << outcome.output;
  EXPECT_TRUE(serves());
}

TEST_F(ZygoteTest, AnOverlongCommandIsRefused) {
  EXPECT_THROW((void)run({"exit", std::string(5000, '0')}), Error);
  EXPECT_TRUE(serves());
}

std::string failure_to_start(const Command& command) {
  try {
    (void)Zygote::start(command);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(ZygoteStart, FailsWithWhatTheLibrarySays) {
  Command broken = zygote_command();
  broken.environment = {{"BROKEN", "1"}};
  EXPECT_NE(failure_to_start(broken).find("cannot load its libraries: the library is broken"),
            std::string::npos)
      << failure_to_start(broken);
  Command bare = zygote_command();
  std::erase_if(bare.mounts,
                [](const Mount& mount) { return mount.target.find("lib") != std::string::npos; });
  EXPECT_NE(failure_to_start(bare).find("cannot load its libraries"), std::string::npos)
      << failure_to_start(bare);
}

}  // namespace
}  // namespace mls::sandbox
