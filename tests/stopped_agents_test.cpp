// `mls run` that is stopped or killed while an agent is at work: it ends soon, leaves no process of the agent
// behind, which would go on spending somebody's money, and goes on later.
#include <gtest/gtest.h>
#include <signal.h>

#include "llm/scripted_server.hpp"
#include "tests/left_behind.hpp"
#include "tests/short_tree.hpp"

namespace mls {
namespace {

using Clock = std::chrono::steady_clock;

class StoppedAgents : public ShortTree {
 protected:
  template <typename Condition>
  static void await(const Condition& condition) {
    for (int i = 0; i < 6000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(condition()) << "it did not come to that within a minute";
  }

  LeftBehind left_;
};

/// Ignores what it is told, has started something that does too, and has a test running that never ends. The
/// next time it submits.
constexpr const char* stubborn = R"(grep -q interrupted INSTRUCTIONS.md && { ./mls-submit; exit 0; }
trap '' INT TERM HUP
(setsid sh -c "trap '' INT TERM HUP; sleep 1000; sleep 1000" &)
cp method.cpp before.cpp
cat > method.cpp <<'END'
#include <chrono>
#include <thread>
#include "surface.hpp"
namespace mls {
std::unique_ptr<Policy> make_policy(const Info&, Rng&) {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}
}  // namespace mls
END
./mls-test --no-wait
cp before.cpp method.cpp
echo '// mine' >> method.cpp
./mls-submit
./mls-note at work
sleep 1000
)";

TEST_F(StoppedAgents, CommandsEndWithTheirRunHoweverItEnds) {
  own_results();
  const fs::path config = folder_.path() / "agent.toml";
  write_atomic(config, std::string("[agent]\ncommand = [\"sh\", \"-c\", '''") + stubborn +
                           "''']\nseconds = 600\ndisk_mb = 16\n");
  struct Case {
    const char* name;
    std::vector<int> signals;
    int exit_code;
  };
  for (const Case& one : {Case{"interrupt", {SIGINT}, 130}, Case{"hang-up", {SIGHUP}, 130},
                          Case{"twice", {SIGINT, SIGINT}, 130}, Case{"kill", {SIGKILL}, -SIGKILL}}) {
    const std::vector<std::string> command{"run",      "--suite",       bandit,   "--agent", "command",
                                           "--config", config.string(), "--name", one.name,  "--json"};
    const pid_t pid = started(command);
    await([&] { return !events("note").empty(); });
    const auto before = Clock::now();
    for (const int signal : one.signals) {
      ::kill(pid, signal);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(ended(pid), one.exit_code) << one.name;
    EXPECT_LT(Clock::now() - before, std::chrono::seconds(10)) << one.name;
    EXPECT_TRUE(LeftBehind::nothing()) << one.name << ": a process of the agent outlives its run";
    EXPECT_TRUE(events("test").empty()) << one.name;
    if (one.signals.size() == 1 && one.exit_code == 130) {
      EXPECT_EQ(events().back().at("event"), "stopped") << one.name;
    }
    EXPECT_EQ(json(command).at("done"), 1) << one.name;
    EXPECT_EQ(events("resumed").size(), 1U) << one.name;
    EXPECT_TRUE(read_file(trial_folder() / "method.cpp").ends_with("// mine\n")) << one.name;
    EXPECT_TRUE(LeftBehind::nothing()) << one.name;
    fs::remove_all(home() / "trials");
  }
}

TEST_F(StoppedAgents, RequestsInFlightDoNotHoldThemUp) {
  const auto calling = [](const std::string& tool) {
    return llm::Answer{.body = llm::stream_of("openai", {.calls = {{"", tool, "{}"}}})};
  };
  llm::Answer late = calling("budget");
  late.delay_s = 100;
  const llm::ScriptedServer server(
      {calling("submit"), late, late, {.body = llm::stream_of("openai", {.text = "Done."})}});
  const fs::path config = folder_.path() / "model.toml";
  write_atomic(config, "[model]\napi = \"openai\"\nname = \"scripted\"\nurl = \"" + server.url() + "\"\n");
  const std::vector<std::string> command{"run", "--suite",  bandit,          "--agent",
                                         "llm", "--config", config.string(), "--json"};
  std::size_t requests = 2;
  for (const std::vector<int>& signals : {std::vector{SIGTERM}, std::vector{SIGINT, SIGINT}}) {
    const pid_t pid = started(command);
    await([&] { return server.requests().size() == requests; });
    const auto before = Clock::now();
    for (const int signal : signals) ::kill(pid, signal);
    EXPECT_EQ(ended(pid), 130);
    EXPECT_LT(Clock::now() - before, std::chrono::seconds(10));
    EXPECT_TRUE(LeftBehind::nothing());
    ++requests;
  }
  EXPECT_GE(events("stopped").size(), 1U);
  EXPECT_EQ(json({"run", "--resume", "--json"}).at("done"), 1);
  EXPECT_EQ(events("submission").size(), 1U);
}

}  // namespace
}  // namespace mls
