// The server for clients of the Model Context Protocol, `mls mcp`, over its standard streams.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <set>
#include <sstream>

#include "tests/python_environment.hpp"
#include "tests/short_tree.hpp"

namespace mls {
namespace {

// Uses no CPU time, of which runs get little, but all of its wall clock.
constexpr const char* endless = R"(#include <chrono>
#include <thread>
#include "surface.hpp"
namespace mls {
std::unique_ptr<Policy> make_policy(const Info&, Rng&) {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}
}  // namespace mls
)";

/// A client that writes lines and reads them.
class Connection {
 public:
  Connection(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
             const fs::path& errors) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (::pipe(to.data()) != 0 || ::pipe(from.data()) != 0) throw infrastructure("no pipes");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      ::freopen(errors.c_str(), "a", stderr);
      for (const int fd : {to[0], to[1], from[0], from[1]}) ::close(fd);
      for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
      std::vector<char*> argv;
      argv.reserve(arguments.size() + 1);
      for (auto& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    in_ = to[1];
    out_ = from[0];
    // Or another child would keep it open.
    ::fcntl(in_, F_SETFD, FD_CLOEXEC);
    ::fcntl(out_, F_SETFD, FD_CLOEXEC);
  }
  ~Connection() {
    hang_up();
    ::close(out_);
    if (pid_ > 0) kill(SIGKILL);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& line) const {
    const std::string bytes = line + "\n";
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t count = ::write(in_, rest.data(), rest.size());
      ASSERT_GT(count, 0);
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void send(const Json& message) const { send(message.dump()); }

  /// The next message; null when there is none within a minute.
  Json receive() {
    for (;;) {
      if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
        const Json message = Json::parse(pending_.substr(0, end), nullptr, false);
        EXPECT_TRUE(message.is_object()) << "on stdout: " << pending_.substr(0, end);
        pending_.erase(0, end + 1);
        return message;
      }
      pollfd watched{out_, POLLIN, 0};
      if (::poll(&watched, 1, 60'000) != 1) return nullptr;
      std::array<char, 65536> chunk{};
      const ssize_t count = ::read(out_, chunk.data(), chunk.size());
      if (count <= 0) return nullptr;
      pending_.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }

  Json request(const std::string& method, const Json& parameters = Json::object()) {
    send(Json{{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", parameters}});
    const Json reply = receive();
    EXPECT_EQ(reply.value("id", Json()), id_) << reply;
    return reply;
  }

  struct Result {
    std::string text;
    bool error = false;
  };
  Result call(const std::string& tool, const Json& arguments = Json::object()) {
    const Json reply = request("tools/call", {{"name", tool}, {"arguments", arguments}});
    if (!reply.contains("result")) {
      ADD_FAILURE() << reply;
      return {};
    }
    return {reply.at("result").at("content").at(0).at("text"), reply.at("result").at("isError")};
  }

  /// Of the test that runs.
  Result result(const std::string& handle) {
    for (int i = 0; i < 10; ++i) {
      Result result = call("test_result", {{"handle", handle}});
      if (result.text.find("is running") == std::string::npos) return result;
    }
    return {"it never ended", true};
  }

  void hang_up() {
    if (in_ >= 0) ::close(std::exchange(in_, -1));
  }
  int kill(int signal) {
    ::kill(pid_, signal);
    return wait();
  }
  /// Exit code, or less than 0 for a signal.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int leave() {
    hang_up();
    return wait();
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int id_ = 0;
  std::string pending_;
};

class Mcp : public ShortTree {
 protected:
  static std::vector<std::string> arguments(const std::string& name,
                                            const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"mcp", "--task", bandit, "--name", name};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  fs::path errors() const { return folder_.path() / "errors"; }

  std::unique_ptr<Connection> connect(const std::string& name = "mine",
                                      const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = arguments(name, more);
    all.insert(all.begin(), program());
    return std::make_unique<Connection>(all, environment_, errors());
  }

  /// Waits for it if it is being scored already.
  Json finished(const std::string& name = "mine", std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--finish", "--json"});
    const Json result = json(arguments(name, more));
    return result.contains("trials") ? result.at("trials").at(0) : Json::object();
  }

  std::string log_lines() const { return read_file(trial_folder() / "events.jsonl"); }
  std::vector<std::string> kinds() const {
    std::vector<std::string> found;
    std::istringstream lines(log_lines());
    for (std::string line; std::getline(lines, line);) {
      const std::string kind = Json::parse(line).at("event");
      if (kind != "message" && kind != "tool_result") found.push_back(kind);
    }
    return found;
  }
  std::string baseline(const std::string& id) const {
    return read_file(task_folder() / "baselines" / (id + ".cpp"));
  }
};

TEST_F(Mcp, AnswersBothGenerationsAndLookingBeginsNothing) {
  const auto client = connect();
  for (const char* version : {"2025-11-25", "2024-11-05"})
    EXPECT_EQ(
        client->request("initialize", {{"protocolVersion", version}}).at("result").at("protocolVersion"),
        version);
  EXPECT_EQ(
      client->request("initialize", {{"protocolVersion", "2099-12-31"}}).at("result").at("protocolVersion"),
      "2025-11-25");
  client->send(std::string(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"));
  EXPECT_EQ(client->request("server/discover").at("result").at("supportedVersions"),
            Json::array({"2026-07-28"}));
  const Json meta{{"_meta", {{"io.modelcontextprotocol/protocolVersion", "2099-12-31"}}}};
  EXPECT_EQ(client->request("tools/list", meta).at("result").at("resultType"), "complete");
  std::vector<std::string> names;
  const Json listed = client->request("tools/list");
  for (const Json& tool : listed.at("result").at("tools")) names.push_back(tool.at("name"));
  EXPECT_EQ(names, (std::vector<std::string>{"task", "view", "edit", "write", "undo", "start_test",
                                             "test_result", "submit", "note", "budget", "finish"}));
  EXPECT_EQ(client->request("ping").at("result"), Json::object());
  EXPECT_EQ(client->leave(), 0);
  EXPECT_FALSE(fs::exists(home() / "trials"));
  EXPECT_EQ(read_file(errors()), "");
}

TEST_F(Mcp, MalformedInputIsAnsweredAndDoesNoHarm) {
  const auto client = connect();
  const auto code = [&](const std::string& line) {
    client->send(line);
    const Json reply = client->receive();
    return reply.contains("error") ? reply.at("error").at("code").get<int>() : 0;
  };
  EXPECT_EQ(code("hello"), -32700);
  EXPECT_EQ(code("\xff\xfe\x01"), -32700);
  EXPECT_EQ(code(std::string(1000, '[')), -32700);
  EXPECT_EQ(code("{}"), -32600);
  EXPECT_EQ(code(std::string(3'000'000, 'x')), -32600);
  EXPECT_EQ(client->request("nothing").at("error").at("code"), -32601);
  EXPECT_EQ(client->request("tools/call", {{"name", "rm"}}).at("error").at("code"), -32602);
  EXPECT_TRUE(client->call("edit", {{"old_text", 5}}).error);
  EXPECT_TRUE(client->call("edit", Json::array()).error);
  EXPECT_TRUE(client->call("view", {{"path", "../judge.cpp"}}).error);
  EXPECT_TRUE(client->call("view", {{"path", "method.cpp"}, {"first_line", -1}}).error);
  EXPECT_TRUE(client->call("write", {{"text", ""}}).error);
  EXPECT_TRUE(client->call("undo").error);
  EXPECT_TRUE(client->call("test_result").error);
  EXPECT_TRUE(client->call("test_result", {{"handle", "test-1"}}).error);
  EXPECT_TRUE(client->call("test_result", {{"handle", "test-99999999999999999999999"}}).error);
  EXPECT_TRUE(client->call("finish").error);
  EXPECT_NE(client->call("budget").text.find("0 of 3 tests, 0 of 20 actions"), std::string::npos);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_NE(read_file(errors()).find("stays open"), std::string::npos) << read_file(errors());
}

TEST_F(Mcp, ATrialFromTheFirstCallToItsScore) {
  calibrate();
  auto client = connect("mine", {"--tier", "lite"});
  const auto task = client->call("task");
  for (const char* part : {"## surface.hpp", "start_test", "0 of 1 tests, 0 of 8 actions", "kl_ucb"})
    EXPECT_NE(task.text.find(part), std::string::npos) << part << task.text;
  EXPECT_EQ(task.text.find("heavy"), std::string::npos);
  EXPECT_FALSE(client->call("write", {{"text", baseline("kl_ucb")}}).error);
  EXPECT_FALSE(client->call("edit", {{"old_text", "#include \"surface.hpp\""}, {"new_text", ""}}).error);
  EXPECT_FALSE(client->call("undo").error);
  const auto begun = client->call("start_test", {{"note", "as published"}});
  EXPECT_FALSE(begun.error) << begun.text;
  const auto result = client->result("test-1");
  EXPECT_NE(result.text.find("your method"), std::string::npos) << result.text;
  EXPECT_FALSE(result.error);
  EXPECT_TRUE(client->call("start_test").error) << "there is one test only";
  EXPECT_FALSE(client->call("note", {{"text", "good enough"}}).error);
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_NE(read_file(errors()).find("scored in the background"), std::string::npos) << read_file(errors());

  const Json done = finished("mine", {"--tier", "lite"});
  EXPECT_EQ(done.at("state"), "done");
  EXPECT_TRUE(done.at("score").is_number());
  EXPECT_EQ(done.at("tests"), 1);
  EXPECT_EQ(read_file(trial_folder() / "method.cpp"), baseline("kl_ucb"));
  for (const Json& one : json({"replay", bandit, "--json"})) EXPECT_EQ(one.at("same"), true) << one;
  const auto all = kinds();
  for (const char* kind :
       {"created", "edit", "test", "refused", "note", "submission", "ended", "submitted", "vanilla"})
    EXPECT_NE(std::ranges::find(all, kind), all.end()) << kind;
  const Json trajectory = json({"trace", bandit, "--atif"});
  EXPECT_EQ(trajectory.at("agent").at("name"), "mcp");
  EXPECT_NE(trajectory.dump().find("as published"), std::string::npos);

  client = connect("mine", {"--tier", "lite"});
  EXPECT_TRUE(client->request("tools/list").contains("result"));
  const auto late = client->call("submit");
  EXPECT_TRUE(late.error);
  EXPECT_NE(late.text.find("has ended"), std::string::npos) << late.text;
  EXPECT_EQ(client->leave(), 0);
}

TEST_F(Mcp, WithoutASubmissionLeavingKeepsTheTrialOpen) {
  auto client = connect();
  EXPECT_FALSE(client->call("write", {{"text", baseline("imed")}}).error);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_NE(read_file(errors()).find("stays open"), std::string::npos);
  client = connect();
  EXPECT_NE(client->call("view").text.find("IMED"), std::string::npos);
  EXPECT_FALSE(client->call("start_test").error);
  EXPECT_FALSE(client->result("test-1").error);
  const auto end = client->call("finish");
  EXPECT_FALSE(end.error) << end.text;
  EXPECT_TRUE(client->call("undo").error);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_EQ(finished().at("state"), "done");
  EXPECT_EQ(read_file(trial_folder() / "method.cpp"), baseline("imed"));
  expect_error(arguments("other", {"--finish"}), 2, "nothing to finish");
}

TEST_F(Mcp, CallsThatWaitKeepNobodyElseWaiting) {
  auto client = connect();
  EXPECT_FALSE(client->call("write", {{"text", endless}}).error);
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_NE(client->call("start_test").text.find("is running"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(5)) << "clients do not wait long";
  const auto again = client->call("start_test");
  EXPECT_TRUE(again.error);
  EXPECT_NE(again.text.find("test-1 is running"), std::string::npos);
  EXPECT_TRUE(client->call("finish").error);
  const auto poll = [&](const char* id, int seconds) {
    client->send(
        Json{{"jsonrpc", "2.0"},
             {"id", id},
             {"method", "tools/call"},
             {"params",
              {{"name", "test_result"}, {"arguments", {{"handle", "test-1"}, {"wait_seconds", seconds}}}}}});
  };
  poll("long", 30);
  poll("cancelled", 2);
  poll("short", 1);
  client->send(std::string(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"cancelled"}})"));
  EXPECT_EQ(client->request("ping").at("result"), Json::object());
  EXPECT_EQ(client->receive().at("id"), "short");
  poll("shorter", 2);
  EXPECT_EQ(client->receive().at("id"), "shorter");

  const auto other = connect();
  EXPECT_TRUE(other->request("tools/list").contains("result"));
  const auto refused = other->call("budget");
  EXPECT_TRUE(refused.error);
  EXPECT_NE(refused.text.find("Another `mls mcp`"), std::string::npos);
  EXPECT_EQ(other->leave(), 0);
  // Ends although a test is running, and what it ran is cut short.
  EXPECT_EQ(client->leave(), 0);
  EXPECT_EQ(log_lines().find("\"event\":\"test\""), std::string::npos);
}

TEST_F(Mcp, ATestIsOfTheMethodAsItWasWhenTheTestWasAskedFor) {
  const auto client = connect("mine", {"--tier", "explore", "--seconds", "200"});
  const auto message = [](const std::string& id, const std::string& tool, const Json& arguments) {
    return Json{{"jsonrpc", "2.0"},
                {"id", id},
                {"method", "tools/call"},
                {"params", {{"name", tool}, {"arguments", arguments}}}}
        .dump();
  };
  constexpr int rounds = 10;
  for (int i = 1; i <= rounds; ++i) {
    const std::string number = std::to_string(i) + ".\n";
    EXPECT_FALSE(client->call("write", {{"text", "#error before " + number}}).error);
    // Clients call tools in parallel: what comes behind is there before the test has begun.
    client->send(message("test", "start_test", Json::object()) + "\n" +
                 message("write", "write", {{"text", "#error behind " + number}}));
    std::set<std::string> answered;
    for (int reply = 0; reply < 2; ++reply) answered.insert(client->receive().at("id"));
    EXPECT_EQ(answered, (std::set<std::string>{"test", "write"}));
    const std::string result = client->result("test-" + std::to_string(i)).text;
    EXPECT_NE(result.find("before " + std::to_string(i)), std::string::npos) << result;
    EXPECT_EQ(result.find("behind"), std::string::npos) << result;
  }
  const std::string used = client->call("budget").text;
  EXPECT_NE(used.find("10 tests, 30 actions"), std::string::npos) << used;
  EXPECT_NE(client->call("view").text.find("behind 10"), std::string::npos);
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_NE(client->call("budget").text.find("30 actions"), std::string::npos) << "it was shown before";
}

TEST_F(Mcp, KilledAtAnyMomentItGoesOn) {
  auto client = connect();
  EXPECT_FALSE(client->call("write", {{"text", baseline("thompson")}}).error);
  EXPECT_FALSE(client->call("write", {{"text", endless}}).error);
  EXPECT_NE(client->call("start_test").text.find("is running"), std::string::npos);
  EXPECT_EQ(client->kill(SIGKILL), -SIGKILL);
  const std::string before = log_lines();

  client = connect();
  EXPECT_NE(client->call("view").text.find("sleep_for"), std::string::npos);
  const auto lost = client->call("test_result", {{"handle", "test-1"}});
  EXPECT_TRUE(lost.error);
  EXPECT_NE(lost.text.find("start it again"), std::string::npos);
  EXPECT_FALSE(client->call("undo").error);
  EXPECT_FALSE(client->call("start_test").error);
  EXPECT_FALSE(client->result("test-1").error);
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_EQ(client->kill(SIGKILL), -SIGKILL);
  EXPECT_TRUE(log_lines().starts_with(before));

  client = connect();
  EXPECT_NE(client->call("budget").text.find("1 of 3 tests, 4 of 20 actions"), std::string::npos);
  EXPECT_FALSE(client->call("test_result", {{"handle", "test-1"}}).error) << "another process made it";
  EXPECT_EQ(client->kill(SIGTERM), 130);
  EXPECT_EQ(finished().at("state"), "done");
  EXPECT_EQ(read_file(trial_folder() / "method.cpp"), baseline("thompson"));
}

TEST_F(Mcp, TimeEndsTheTrial) {
  const auto client = connect("mine", {"--seconds", "8"});
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_FALSE(client->call("write", {{"text", endless}}).error);
  EXPECT_NE(client->call("start_test").text.find("is running"), std::string::npos);
  const auto cut = client->call("test_result", {{"handle", "test-1"}, {"wait_seconds", 30}});
  EXPECT_TRUE(cut.error) << cut.text;
  EXPECT_TRUE(client->call("submit").error);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_EQ(finished("mine", {"--seconds", "8"}).at("state"), "done");
  EXPECT_NE(log_lines().find("time is up"), std::string::npos);
}

TEST_F(Mcp, WhatItPredictsIsHeldAgainstWhatComes) {
  calibrate();
  const auto client = connect("mine", {"--predict"});
  const Json one{{"score", 50}, {"deviation", 100}};
  EXPECT_TRUE(client->call("start_test", {{"predictions", {{"heavy-tails", one}}}}).error);
  EXPECT_FALSE(
      client->call("start_test", {{"predictions", {{"stochastic", one}, {"contextual", one}}}}).error);
  EXPECT_FALSE(client->result("test-1").error);
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_EQ(client->leave(), 0);
  EXPECT_EQ(finished("mine", {"--predict"}).at("foresight").at("predictions"), 2);
}

TEST_F(Mcp, UnderOtherConditionsOtherThingsAreShown) {
  const std::vector<std::string> alone{"--context", "none", "--stance", "engineering"};
  const auto client = connect("alone", alone);
  const std::string text = client->call("task").text;
  EXPECT_NE(text.find("Get the best score"), std::string::npos) << text;
  const Json published{{"path", "baselines/thompson.cpp"}};
  EXPECT_TRUE(client->call("view", published).error);
  EXPECT_FALSE(connect("beside them")->call("view", published).error);
  EXPECT_FALSE(client->call("submit").error);
  EXPECT_EQ(client->leave(), 0);
  const std::string trial = finished("alone", alone).at("trial");
  const Json created = json({"trace", trial, "--json"}).at(0);
  EXPECT_EQ(created.at("conditions").at("context"), "none");
  EXPECT_EQ(created.at("conditions").at("stance"), "engineering");
}

TEST_F(Mcp, ADamagedLogIsSaidAndNothingIsLost) {
  EXPECT_EQ(
      [&] {
        const auto client = connect();
        EXPECT_FALSE(client->call("submit").error);
        return client->kill(SIGKILL);
      }(),
      -SIGKILL);
  const std::string before = log_lines();
  write_atomic(trial_folder() / "events.jsonl", before + "{\"event\":\"edit\",\"method_sha256\":\"x\"}\n");
  const auto client = connect();
  const auto refused = client->call("budget");
  EXPECT_TRUE(refused.error);
  EXPECT_NE(refused.text.find("is not a SHA-256"), std::string::npos) << refused.text;
  write_atomic(trial_folder() / "events.jsonl", before);
  EXPECT_NE(client->call("budget").text.find("Submitted"), std::string::npos);
}

TEST_F(Mcp, WrongOptionsAreNamed) {
  expect_error({"mcp", "--task", "bandits"}, 2, bandit);
  expect_error({"mcp", "--task", bandit, "--tier", "fll"}, 2, "full");
  expect_error({"mcp", "--task", bandit, "--name", "-"}, 2, "label");
  expect_error({"mcp", "--task", bandit, "--json"}, 2, "--finish");
  expect_error({"mcp"}, 2, "--task");
}

class McpClient : public Mcp, public ::testing::WithParamInterface<const char*> {};

TEST_P(McpClient, OfTheOfficialLibraryWorksOnATrial) {
  const PythonEnvironment environment = python_environment();
  if (!environment.unreachable.empty()) GTEST_SKIP() << environment.unreachable;
  const fs::path script = repository_root() / "tests" / "python" / "mcp_client.py";
  std::vector<std::string> command{environment.python.string(), script.string(), GetParam(), program()};
  for (const auto& argument : arguments("sdk")) command.push_back(argument);
  const Finished finished_client = run_command({command, {}, environment_, 250, 4 << 20});
  ASSERT_EQ(finished_client.exit_code, 0) << finished_client.err;
  const Json seen = Json::parse(finished_client.out, nullptr, false);
  ASSERT_TRUE(seen.is_object()) << finished_client.out;
  EXPECT_EQ(seen.at("version"), std::string(GetParam()) == "legacy" ? "2025-11-25" : "2026-07-28");
  EXPECT_EQ(seen.at("tools").size(), 11U);
  EXPECT_EQ(seen.at("question"), read_file(task_folder() / "question.md"));
  for (const auto& [name, answer] : seen.items()) {
    if (answer.is_array() && answer.size() == 2 && answer[0].is_boolean()) {
      EXPECT_EQ(answer[0], name == "mistake") << name << answer;
    }
  }
  EXPECT_NE(seen.at("result")[1].get<std::string>().find("your method"), std::string::npos);
  EXPECT_EQ(finished("sdk").at("state"), "done") << finished_client.err;
  EXPECT_EQ(read_file(trial_folder() / "method.cpp"), baseline("kl_ucb"));

  const fs::path trajectory = folder_.path() / "trajectory.json";
  write_atomic(trajectory, json({"trace", bandit, "--atif"}).dump());
  const Finished valid = run_command(
      {{environment.python.string(), "-m", "harbor.utils.trajectory_validator", trajectory.string()},
       {},
       {}});
  EXPECT_TRUE(valid.ok()) << valid.err;
}

INSTANTIATE_TEST_SUITE_P(InEveryMode, McpClient, ::testing::Values("legacy", "2026-07-28", "auto"),
                         [](const auto& info) { return replaced(info.param, "2026-07-28", "stateless"); });

}  // namespace
}  // namespace mls
