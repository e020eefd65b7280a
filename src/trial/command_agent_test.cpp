#include "trial/command_agent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/subprocess.hpp"
#include "trial/agent_sandbox.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 2) << error.what();
    return error.what();
  }
  return "no error";
}

TEST(CommandOptions, AreReadFromAFile) {
  const auto options = command_options_from_toml(R"([agent]
command = ["codex", "exec", "{instruction}"]
network = "open"
seconds = 60
environment = ["API_KEY"]
mounts = ["/opt/codex"]
[agent.variables]
EFFORT = "high"
)",
                                                 "a.toml");
  EXPECT_EQ(options.command.size(), 3U);
  EXPECT_EQ(to_json(options.network), "open");
  EXPECT_EQ(options.budget.seconds, 60);
  EXPECT_EQ(options.environment, std::vector<std::string>{"API_KEY"});
  EXPECT_EQ(options.variables.at("EFFORT"), "high");
  EXPECT_EQ(to_json(command_options_from_toml("[agent]\ncommand = [\"x\"]\n", "a.toml").network), "none")
      << "closed by default";
  const auto listed = command_options_from_toml(
      "[agent]\ncommand = [\"x\"]\nnetwork = [\"API.example.com:443\", \"localhost:80\"]\n", "a.toml");
  EXPECT_FALSE(listed.network.open);
  EXPECT_EQ(to_json(listed.network), Json::array({"api.example.com:443", "localhost:80"}));
}

TEST(CommandOptions, WhatIsWrongIsSaidWithItsLine) {
  const auto error = [](const std::string& text) {
    return error_of([&] { (void)command_options_from_toml(text, "a.toml"); });
  };
  const std::string good = "[agent]\ncommand = [\"x\"]\n";
  EXPECT_NE(error("").find("[agent]"), std::string::npos);
  EXPECT_NE(error("[agent]\n").find("lacks 'command'"), std::string::npos);
  EXPECT_NE(error("[agent]\ncommand = \"x\"\n")
                .find("a.toml:2: 'command' is the string \"x\"; write an array of strings"),
            std::string::npos);
  EXPECT_NE(error("[agent]\ncommand = [\"x\", 3]\n").find("a.toml:2: 'command' holds the integer 3"),
            std::string::npos);
  EXPECT_NE(error(good + "netwrk = \"open\"\n").find("did you mean 'network'"), std::string::npos);
  EXPECT_NE(error(good + "network = \"all\"\n")
                .find("a.toml:3: 'network' is \"all\"; write \"none\", \"open\" or a list"),
            std::string::npos);
  EXPECT_NE(error(good + "network = []\n").find("a.toml:3: 'network' is an empty list; write"),
            std::string::npos);
  EXPECT_NE(error(good + "network = [443]\n").find("a.toml:3: 'network' holds the integer 443; write"),
            std::string::npos);
  EXPECT_NE(error(good + "network = [\"api.example.com\"]\n")
                .find("a.toml:3: 'network': \"api.example.com\" is no "
                      "destination: the port is missing"),
            std::string::npos);
  EXPECT_NE(error(good + "network = [\"https://api.example.com:443\"]\n").find("without scheme"),
            std::string::npos);
  EXPECT_NE(error(good + "seconds = 0\n").find("a.toml:3: 'seconds' is 0; write an integer from 1 to 604800"),
            std::string::npos);
  EXPECT_NE(error(good + "seconds = \"1\"\n").find("'seconds' is the string \"1\"; write an integer"),
            std::string::npos);
  EXPECT_NE(error(good + "disk_mb = -1\n").find("'disk_mb' is -1; write"), std::string::npos);
  EXPECT_NE(error(good + "variables = 3\n").find("'variables' is the integer 3; write a table"),
            std::string::npos);
  EXPECT_NE(error(good + "[other]\n").find("unknown key 'other'; did you mean 'agent'"), std::string::npos);
  EXPECT_NE(error("[agent\n").find("a.toml:1: "), std::string::npos);
  EXPECT_NE(error("[agent\n").find("mend the syntax"), std::string::npos);
  EXPECT_NE(error(good + "variables = { A = 3 }\n").find("the variable 'A' is 3; write a string"),
            std::string::npos);
  EXPECT_NE(error(good + "mounts = [\"/a\\u0000b\"]\n").find("zero byte"), std::string::npos);
  EXPECT_NE(error_of([] { (void)command_options({}); }).find("--config"), std::string::npos);
  AgentOptions options;
  options.config = "/nowhere.toml";
  const std::string missing = error_of([&] { (void)command_options(options); });
  EXPECT_NE(missing.find("--config: /nowhere.toml: cannot be read"), std::string::npos) << missing;
  EXPECT_NE(missing.find("name a TOML file"), std::string::npos) << missing;
}

TEST(CommandOptions, WordsOfACommandMayRepeat) {
  const auto options =
      command_options_from_toml("[agent]\ncommand = [\"x\", \"--a\", \" \", \"--a\"]\n", "a.toml");
  EXPECT_EQ(options.command, (std::vector<std::string>{"x", "--a", " ", "--a"}));
}

TEST(CommandOptions, TheShorterTimeCounts) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.toml";
  write_atomic(file, "[agent]\ncommand = [\"x\"]\nseconds = 60\n");
  AgentOptions options;
  options.config = file;
  EXPECT_EQ(command_options(options).budget.seconds, 60);
  EXPECT_EQ(command_options(options).budget.tests, 3);
  options.tier = "explore";
  EXPECT_EQ(command_options(options).budget.seconds, 60);
  EXPECT_EQ(command_options(options).budget.tests, std::nullopt);
  options.tier = "ful";
  EXPECT_NE(error_of([&] { (void)command_options(options); }).find("did you mean \"full\""),
            std::string::npos);
}

class AgentSandbox : public ::testing::Test {
 protected:
  AgentSandbox() {
    if (!find_program("bwrap")) return;
    fs::create_directories(folder_.path() / "desk" / "workspace");
    write_atomic(folder_.path() / "desk" / "workspace" / "method.cpp", "int f();\n");
    write_atomic(folder_.path() / "secret" / "hidden.toml", "the hidden setting\n");
    command_.folder = folder_.path() / "desk";
    command_.secrets = {folder_.path() / "secret"};
    command_.disk_mb = 4;
    command_.log_file = folder_.path() / "agent.log";
  }

  AgentEnd run(const std::string& script, const std::stop_token& stop = {}) {
    command_.argv = {"sh", "-c", script};
    return run_agent(command_, stop);
  }
  std::string printed() const { return read_file(command_.log_file); }

  TemporaryFolder folder_;
  AgentCommand command_;
};

TEST_F(AgentSandbox, BeginsInACopyOfTheWorkspace) {
  const AgentEnd end = run("pwd; cat method.cpp; echo more >> method.cpp && cat method.cpp; exit 3");
  EXPECT_EQ(end.kind, AgentEnd::Kind::exited);
  EXPECT_EQ(end.code, 3);
  EXPECT_EQ(printed(), "/work\nint f();\nint f();\nmore\n");
  EXPECT_EQ(read_file(command_.folder / "workspace" / "method.cpp"), "int f();\n");
}

TEST_F(AgentSandbox, ShowsNothingOfTheMachineButItsSystem) {
  ::setenv("MLS_TEST_SECRET", "sesame", 1);
  command_.environment["GIVEN"] = "yes";
  (void)run("env; cat '" + (folder_.path() / "secret/hidden.toml").string() +
            "'; ls / /home /root; ls /proc/*/comm");
  EXPECT_EQ(printed().find("sesame"), std::string::npos) << printed();
  EXPECT_NE(printed().find("GIVEN=yes"), std::string::npos) << printed();
  EXPECT_EQ(printed().find("the hidden setting"), std::string::npos) << printed();
  const auto words = sandbox_words(command_);
  EXPECT_TRUE(std::ranges::none_of(words, [](const auto& word) {
    return word.find("yes") != std::string::npos;
  })) << "everybody can read the words of a command";
}

TEST_F(AgentSandbox, HasNoNetworkUnlessItIsOpen) {
  (void)run("cat /proc/net/dev");
  EXPECT_EQ(printed().find("eth"), std::string::npos) << printed();
  const auto closed = sandbox_words(command_);
  EXPECT_TRUE(std::ranges::find(closed, "--unshare-net") != closed.end());
  command_.network = true;
  const auto open = sandbox_words(command_);
  EXPECT_TRUE(std::ranges::find(open, "--unshare-net") == open.end());
}

TEST_F(AgentSandbox, RefusesCallsThatProgramsCanDoWithout) {
  (void)run(
      "unshare -r true && echo escaped; mount -t tmpfs none /tmp && echo mounted; "
      "perl -e 'for (250, 425, 298) { syscall($_, 0, 0, 0) < 0 or print \"call $_ went through\\n\" }'; "
      "perl -MSocket -e 'socket(my $s, 40, SOCK_STREAM, 0) and print \"vsock\\n\"'; "
      "echo done");
  EXPECT_TRUE(printed().ends_with("done\n")) << printed();
  for (const char* part : {"escaped", "mounted", "went through", "vsock\n"})
    EXPECT_EQ(printed().find(part), std::string::npos) << printed();
}

TEST_F(AgentSandbox, RunsWhatAgentsAreMadeOf) {
  command_.disk_mb = 64;
  const AgentEnd end =
      run("set -e; git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm x && git "
          "log --oneline | wc -l; "
          "bash -c 'set -o pipefail; printf \"b\\na\\n\" | sort | head -n1'; "
          "echo 'int main() { return 0; }' > x.cpp; clang++-19 x.cpp -o x && ./x; "
          "! command -v python3 >/dev/null || python3 -c 'import subprocess, threading; "
          "subprocess.run([\"true\"], check=True); t = threading.Thread(target=print); t.start(); t.join()'; "
          "! command -v node >/dev/null || node -e 'require(\"child_process\").execSync(\"true\"); "
          "require(\"fs\").readFile(\"method.cpp\", (e) => process.exit(e ? 1 : 0))'; echo all well");
  EXPECT_EQ(end.code, 0) << printed();
  EXPECT_TRUE(printed().ends_with("all well\n")) << printed();
}

TEST_F(AgentSandbox, CannotFillTheDisk) {
  const AgentEnd end =
      run("for place in /work /tmp /home/agent /dev/shm; do head -c 20000000 /dev/zero > $place/big; "
          "stat -c %s $place/big; done; "
          "for place in / /dev /mls /mls/workspace /usr; do echo x > $place/y && echo written to $place; "
          "done; exit 0");
  EXPECT_EQ(end.code, 0);
  EXPECT_NE(printed().find("4194304"), std::string::npos) << printed();
  EXPECT_EQ(printed().find("20000000"), std::string::npos) << printed();
  EXPECT_EQ(printed().find("written to"), std::string::npos) << printed();
}

TEST_F(AgentSandbox, WhatItPrintsIsKeptUpToASize) {
  EXPECT_EQ(run("head -c 40000000 /dev/zero | tr '\\0' x; echo; echo the end").tail.substr(4096 - 9),
            "\nthe end\n");
  EXPECT_EQ(fs::file_size(command_.log_file), max_log_bytes);
}

TEST_F(AgentSandbox, WhatMustNotBePrintedIsNotKept) {
  command_.environment["KEY"] = "sk-open-sesame";
  command_.unprinted = llm::Redactor(std::vector<std::string>{"sk-open-sesame", "sesame-two"});
  const AgentEnd end = run(
      "env | grep ^KEY; printf 'a sk-open-'; sleep 0.2; printf 'sesame b '; sleep 0.2; printf 'sesame-two c "
      "sk-op'; sleep 0.2; printf 'en d\\n'; printf sk-open-sesam");
  EXPECT_EQ(printed(), "KEY=[key]\na [key] b [key] c sk-open d\nsk-open-sesam");
  EXPECT_EQ(end.tail, printed());
}

TEST_F(AgentSandbox, EndsWithAllItStartedWhenItIsTold) {
  std::stop_source stop;
  std::jthread teller([&] {
    ::usleep(400'000);
    stop.request_stop();
  });
  const auto before = std::chrono::steady_clock::now();
  const AgentEnd end = run("trap '' TERM INT HUP; (setsid sleep 1000 &) ; sleep 1000", stop.get_token());
  EXPECT_EQ(end.kind, AgentEnd::Kind::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
}

TEST_F(AgentSandbox, WhatItLeavesRunningEndsWithIt) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(run("(setsid sleep 1000 &) ; exit 0").code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
}

TEST_F(AgentSandbox, MountsShowNoSecrets) {
  command_.mounts = {folder_.path()};
  EXPECT_NE(error_of([&] { check_mounts(command_); }).find("hidden settings"), std::string::npos);
  command_.mounts = {folder_.path() / "secret" / "hidden.toml"};
  EXPECT_NE(error_of([&] { check_mounts(command_); }).find("hidden settings"), std::string::npos);
  fs::create_directory_symlink(folder_.path() / "secret", folder_.path() / "link");
  command_.mounts = {folder_.path() / "link"};
  EXPECT_NE(error_of([&] { check_mounts(command_); }).find("hidden settings"), std::string::npos);
  command_.mounts = {folder_.path() / "nowhere"};
  EXPECT_NE(error_of([&] { check_mounts(command_); }).find("exists"), std::string::npos);
  command_.mounts = {"relative"};
  EXPECT_NE(error_of([&] { check_mounts(command_); }).find("absolute"), std::string::npos);
  fs::create_directory(folder_.path() / "tools");
  command_.mounts = {folder_.path() / "tools"};
  EXPECT_EQ(error_of([&] { check_mounts(command_); }), "no error");
}

}  // namespace
}  // namespace mls::trial
