#include "trial/supervisor.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "core/error.hpp"
#include "core/files.hpp"
#include "task/task_fixture.hpp"
#include "trial/desk_protocol.hpp"
#include "trial/desk_server.hpp"

namespace mls::trial {
namespace {

/// An agent whose work is a function.
class PlayAgent final : public Agent {
 public:
  [[nodiscard]] std::string name() const override { return "play"; }
  [[nodiscard]] Json settings() const override { return Json::object(); }
  [[nodiscard]] Budget budget() const override { return granted; }
  [[nodiscard]] bool repeatable() const override { return repeats; }
  [[nodiscard]] bool predicts() const override { return true; }
  void run(Desk& desk) const override { work(desk); }

  Budget granted{"own", 3, 1, 3600};
  bool repeats = false;
  std::function<void(Desk&)> work = [](Desk&) {};
};

class Supervised : public ::testing::Test {
 protected:
  Supervised() : yardstick_(store::yardstick_of(repository_.root(), task::load(repository_.task()))) {
    places_ = {repository_.root(), home_.path(), home_.path()};
    order_.places = &places_;
    order_.yardstick = &yardstick_;
    order_.agent = &agent_;
    order_.label = "play";
    log_.event("created");
  }

  static evaluate::Method method(const std::string& source) { return evaluate::method_from_source(source); }

  static Json asked(Supervisor& supervisor, const std::string& line) {
    return parse_json(answer(supervisor, line));
  }

  static std::string submission(const std::string& source) {
    return Json{{"do", "submit"}, {"source", source}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  std::vector<std::string> kinds() const {
    std::vector<std::string> found;
    for (const Json& event : log_.events()) found.push_back(event.at("event"));
    return found;
  }

  task::ExampleRepository repository_;
  TemporaryFolder home_;
  store::Yardstick yardstick_;
  evaluate::Places places_;
  PlayAgent agent_;
  TrialOrder order_;
  TrialLog log_{home_.path(), {"optimization-example", "t", "y", "public", "play", Json::object(), "play"}};
};

TEST_F(Supervised, CountsEditsAndRefusesWhatIsTooMuch) {
  Supervisor supervisor(order_, log_, log_.history());
  for (const char* source : {"int a;\n", "int b;\n", "int c;\n"})
    EXPECT_TRUE(asked(supervisor, submission(source)).at("ok"));
  const Json refused = asked(supervisor, submission("int d;\n"));
  EXPECT_EQ(refused.at("ok"), false);
  EXPECT_EQ(refused.at("reason"), "budget");
  // What was shown before can still be submitted: that takes no action.
  EXPECT_TRUE(asked(supervisor, submission("int c;\n")).at("ok"));
  EXPECT_EQ(supervisor.used().actions, 3);
  EXPECT_EQ(kinds(), (std::vector<std::string>{"created", "edit", "submission", "edit", "submission", "edit",
                                               "submission", "refused", "submission"}));
  EXPECT_NE(log_.events()[3].at("diff").get<std::string>().find("-int a;\n+int b;\n"), std::string::npos);
}

TEST_F(Supervised, ATestThatIsRunningIsCountedAlready) {
  // Its compilation waits for a core that somebody else has.
  CoreShares shares({0});
  CoreShares::Claim other(shares);
  CoreShares::Claim ours(shares);
  std::stop_source stop;
  ASSERT_TRUE(other.take(stop.get_token()));
  order_.cores = &ours;
  order_.options.stop = stop.get_token();
  agent_.granted = {"own", 4, 2, 3600};
  Supervisor supervisor(order_, log_, log_.history());
  std::jthread test([&] { EXPECT_THROW((void)supervisor.test("int a;\n", nullptr), evaluate::Interrupted); });
  while (!supervisor.status().at("testing").get<bool>())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));

  const Json second = asked(supervisor, R"({"do":"test","source":"int a;\n"})");
  EXPECT_EQ(second.at("reason"), "busy") << second;
  for (const char* source : {"int b;\n", "int c;\n"})
    EXPECT_TRUE(asked(supervisor, submission(source)).at("ok"));
  const Json refused = asked(supervisor, submission("int d;\n"));
  EXPECT_EQ(refused.at("ok"), false) << "with the test it would be a fifth action";
  EXPECT_EQ(refused.value("reason", ""), "budget");
  EXPECT_NE(refused.value("message", "").find("4 of 4 are used up, the test that is running among them"),
            std::string::npos)
      << refused;
  stop.request_stop();
  test.join();
}

TEST_F(Supervised, TakesSourceTextsOnly) {
  Supervisor supervisor(order_, log_, log_.history());
  ASSERT_TRUE(asked(supervisor, submission("int a;\n")).at("ok"));
  for (const auto& source :
       {std::string(), std::string(" \n"), std::string("a\0b", 3), std::string(70000, 'x')}) {
    const Json refused = asked(supervisor, submission(source));
    EXPECT_EQ(refused.at("ok"), false);
    EXPECT_EQ(refused.at("reason"), "unacceptable") << refused;
  }
  const Json binary = asked(supervisor, R"({"do":"submit","source_base64":"//79"})");
  EXPECT_EQ(binary.at("reason"), "unacceptable");
  EXPECT_NE(binary.at("message").get<std::string>().find("not UTF-8"), std::string::npos);
  EXPECT_EQ(asked(supervisor, R"({"do":"budget"})").at("status").at("submitted_sha256"),
            method("int a;\n").sha256);
  EXPECT_EQ(supervisor.used().actions, 1);
}

TEST_F(Supervised, AnyBytesGetAnAnswer) {
  Supervisor supervisor(order_, log_, log_.history());
  for (const char* line :
       {"", "{", "[]", "3", "null", R"({"do":3})", R"({"do":"dance"})", R"({"do":"submit"})",
        R"({"do":"note"})", R"({"do":"submit","source":3})", R"({"do":"submit","source_base64":"abc"})",
        R"({"do":"submit","source":"int x;","predictions":{"heavy-tails":{"score":1,"deviation":1}}})",
        R"({"do":"note","text":["x"]})", "\xff\xfe"}) {
    const Json refused = asked(supervisor, line);
    EXPECT_EQ(refused.at("ok"), false) << line;
    EXPECT_EQ(refused.at("reason"), "malformed") << refused;
    EXPECT_FALSE(refused.at("message").get<std::string>().empty());
  }
  EXPECT_EQ(asked(supervisor, Json{{"do", "note"}, {"text", std::string(5000, 'x')}}.dump()).at("ok"), false);
  EXPECT_EQ(supervisor.used().actions, 0);
}

TEST_F(Supervised, RefusalsDoNotFillTheLog) {
  Supervisor supervisor(order_, log_, log_.history());
  for (int i = 0; i < 300; ++i) (void)answer(supervisor, "{");
  EXPECT_LE(log_.events().size(), 201U);
}

TEST_F(Supervised, TimeEndsATrialAndNothingIsTakenAfterwards) {
  agent_.granted.seconds = 0.2;
  bool told = false;
  agent_.work = [&](Desk& desk) {
    desk.submit("int a;\n");
    const std::stop_token over = dynamic_cast<Supervisor&>(desk).over();
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any changed;
    told = !changed.wait_for(lock, over, std::chrono::seconds(20), [] { return false; }) &&
           over.stop_requested();
    desk.submit("int b;\n");
    FAIL() << "taken after the end";
  };
  Supervisor supervisor(order_, log_, log_.history());
  supervisor.work();
  EXPECT_TRUE(told);
  EXPECT_EQ(log_.events().back().at("event"), "ended");
  EXPECT_EQ(log_.events().back().at("why"), "time is up");
  EXPECT_EQ(asked(supervisor, submission("int c;\n")).at("reason"), "over");
}

TEST_F(Supervised, TimeUsedBeforeAKillStillCounts) {
  agent_.granted.seconds = 3600;
  log_.event("note", {{"text", "long ago"}, {"used", to_json(Used{0, 0, 3599.9})}});
  Supervisor supervisor(order_, log_, log_.history());
  EXPECT_GE(supervisor.used().seconds, 3599.9);
  for (int i = 0; i < 1000 && !supervisor.over().stop_requested(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(supervisor.over().stop_requested()) << "an hour begins anew";
  EXPECT_EQ(asked(supervisor, submission("int a;\n")).at("reason"), "over");
}

TEST_F(Supervised, WhatIsScoredIsWhatWasSubmittedLastElseTestedLastElseTheStart) {
  const auto step = [](Step::Kind kind, const char* sha256) {
    Step one{kind, sha256, std::nullopt, nullptr};
    if (kind == Step::Kind::test) one.report.emplace().method_sha256 = sha256;
    return one;
  };
  Account account("start");
  EXPECT_EQ(account.choice("start").why, "start");
  EXPECT_EQ(account.vanilla("start"), "start");
  account.add(step(Step::Kind::edit, "a"));
  account.add(step(Step::Kind::test, "a"));
  account.add(step(Step::Kind::test, "b"));
  EXPECT_EQ(account.choice("start").method_sha256, "b");
  EXPECT_EQ(account.choice("start").why, "last test");
  account.add(step(Step::Kind::submission, "a"));
  account.add(step(Step::Kind::submission, "c"));
  account.add(step(Step::Kind::test, "d"));
  EXPECT_EQ(account.choice("start").method_sha256, "c");
  EXPECT_EQ(account.vanilla("start"), "a");
  EXPECT_EQ(account.actions(), 4);
  EXPECT_EQ(account.tests(), 3);
}

TEST_F(Supervised, GoesOnFromWhereTheLogEnds) {
  {
    Supervisor first(order_, log_, log_.history());
    first.submit("int a;\n");
    first.note("half way");
  }
  const auto before = log_.events();
  Supervisor second(order_, log_, log_.history());
  EXPECT_EQ(second.used().actions, 1);
  EXPECT_EQ(second.draft_source(), "int a;\n");
  EXPECT_EQ(second.status().at("submitted_sha256"), method("int a;\n").sha256);
  second.submit("int b;\n");
  const auto after = log_.events();
  ASSERT_EQ(after.size(), before.size() + 2);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]);
}

TEST_F(Supervised, AnAgentThatRepeatsItselfAddsNothingToTheLog) {
  agent_.repeats = true;
  agent_.granted.actions.reset();
  const auto steps = [](Desk& desk, std::initializer_list<const char*> sources) {
    for (const char* source : sources) desk.submit(source);
  };
  {
    Supervisor first(order_, log_, log_.history());
    steps(first, {"int a;\n", "int b;\n"});
  }
  const std::size_t before = log_.events().size();
  {
    Supervisor second(order_, log_, log_.history());
    EXPECT_EQ(second.used().actions, 0) << "it begins anew";
    steps(second, {"int a;\n", "int b;\n"});
    EXPECT_EQ(log_.events().size(), before);
    EXPECT_EQ(second.used().actions, 2);
  }
  Supervisor other(order_, log_, log_.history());
  steps(other, {"int a;\n", "int other;\n"});
  EXPECT_EQ(kinds()[before], "diverged");
  EXPECT_EQ(log_.history().steps.size(), 4U);
}

TEST_F(Supervised, ATrialWhoseAgentHasEndedIsNotWorkedOnAgain) {
  int times = 0;
  agent_.work = [&](Desk& desk) {
    ++times;
    desk.submit("int a;\n");
  };
  Supervisor(order_, log_, log_.history()).work();
  Supervisor again(order_, log_, log_.history());
  again.work();
  EXPECT_EQ(times, 1);
  EXPECT_EQ(again.status().at("submitted_sha256"), method("int a;\n").sha256);
}

// --- The socket
// ------------------------------------------------------------------------------------------------------

/// A connection of a tool.
class Client {
 public:
  explicit Client(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    previous_ = std::filesystem::current_path();
    std::filesystem::current_path(path.parent_path());  // addresses are short
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = path.filename();
    std::copy(name.begin(), name.end(), address.sun_path);
    connected = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    std::filesystem::current_path(previous_);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  void send(const std::string& bytes) const { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Up to a newline or the end.
  std::string line() const {
    std::string text;
    char c = 0;
    while (::recv(fd_, &c, 1, 0) == 1 && c != '\n') text += c;
    return text;
  }
  bool connected = false;

 private:
  int fd_;
  std::filesystem::path previous_;
};

class Server : public ::testing::Test {
 protected:
  Server() { std::filesystem::create_directories(path_.parent_path()); }
  static std::string echo(std::string_view line) { return "<" + std::string(line) + ">"; }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / std::string(90, 'l') / std::string(90, 'o') / "socket";
};

TEST_F(Server, AnswersLineByLineUnderALongPath) {
  const DeskServer server(path_, echo, "too long");
  const Client one(path_);
  const Client other(path_);
  ASSERT_TRUE(one.connected && other.connected);
  one.send("a\nb\nhalf");
  EXPECT_EQ(one.line(), "<a>");
  EXPECT_EQ(one.line(), "<b>");
  other.send("c\n");
  EXPECT_EQ(other.line(), "<c>");
  one.send(" done\n");
  EXPECT_EQ(one.line(), "<half done>");
}

TEST_F(Server, TakesNoEndlessLineAndNoEndlessCrowd) {
  const DeskServer server(path_, echo, "too long");
  {
    const Client flood(path_);
    for (int i = 0; i < 20; ++i) flood.send(std::string(100'000, 'x'));
    EXPECT_EQ(flood.line(), "too long");
    EXPECT_EQ(flood.line(), "");
  }
  std::list<Client> crowd;
  for (int i = 0; i < DeskServer::max_connections + 10; ++i) crowd.emplace_back(path_);
  crowd.back().send("a\n");
  EXPECT_EQ(crowd.back().line(), "") << "closed at once";
  crowd.clear();
  for (int i = 0; i < 100; ++i) {
    const Client late(path_);
    late.send("a\n");
    if (late.line() == "<a>") return;
    ::usleep(20'000);
  }
  FAIL() << "those who left still count";
}

TEST_F(Server, CarriesOutWhatWasAskedForByThoseWhoHangUp) {
  std::atomic<int> answered = 0;
  {
    const DeskServer server(
        path_,
        [&](std::string_view line) {
          ::usleep(100'000);
          ++answered;
          return echo(line);
        },
        "too long");
    const Client gone(path_);
    gone.send("a\n");
    ::usleep(30'000);
  }
  EXPECT_EQ(answered, 1);
  EXPECT_FALSE(Client(path_).connected);
}

TEST(Base64, IsReadAsItIsWritten) {
  EXPECT_EQ(base64_decoded(""), "");
  EXPECT_EQ(base64_decoded("Zg=="), "f");
  EXPECT_EQ(base64_decoded("Zm8="), "fo");
  EXPECT_EQ(base64_decoded("Zm9v"), "foo");
  EXPECT_EQ(base64_decoded("//79"), "\xff\xfe\xfd");
  for (const char* wrong : {"Z", "Zg=", "Z===", "====", "Zg=a", "Z!==", "Zg==Zg=="})
    EXPECT_THROW((void)base64_decoded(wrong), Error) << wrong;
}

}  // namespace
}  // namespace mls::trial
