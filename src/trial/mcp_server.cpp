#include "trial/mcp_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <exception>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "core/error.hpp"
#include "trial/desk_protocol.hpp"
#include "trial/desk_workshop.hpp"

namespace mls::trial {
namespace {

using Clock = std::chrono::steady_clock;

// Well below the 60 s that clients wait by default; long enough that polling costs little.
constexpr int default_wait_s = 20;
constexpr int max_wait_s = 30;
/// A test that is refused, or known already, is answered at once.
constexpr auto begin_patience = std::chrono::seconds(1);
constexpr std::size_t max_waiting = 64;
// The log has 32 MiB for steps; what is said about them must not use them up.
constexpr std::uintmax_t max_log_bytes = std::uintmax_t{16} << 20;
constexpr std::size_t max_logged_text = 4096;

constexpr std::string_view handle_prefix = "test-";

ToolSpec task_tool() {
  return {
      "task",
      "Read this first: the research question, the interface, method.cpp as it is, the baselines, and which "
      "files there are. Free.",
      object_schema(Json::object())};
}

ToolSpec start_test_tool(ToolSpec test) {
  test.name = "start_test";
  test.description =
      "Compiles method.cpp as it is now and runs it on the visible settings. Returns a handle at once; "
      "test_result "
      "gives metrics and scores beside the baselines. One test and one action.";
  return test;
}

ToolSpec test_result_tool() {
  return {"test_result", "The result of a test, or that it is still running: then call it again. Free.",
          object_schema(
              {{"handle", {{"type", "string"}, {"description", "What start_test returned."}}},
               {"wait_seconds",
                {{"type", "integer"},
                 {"minimum", 0},
                 {"maximum", max_wait_s},
                 {"description", fmt::format("How long to wait for it; {} unless named.", default_wait_s)}}}},
              {"handle"})};
}

ToolSpec finish_tool() {
  return {
      "finish",
      "Ends the trial: nothing more can be changed, tested or submitted, and what was submitted last (else "
      "tested last) is scored on all settings. Leaving after a submission does the same. Free.",
      object_schema(Json::object())};
}

std::string how_to_text() {
  return "Call the tool task first. Change method.cpp (C++20, one file of at most 64 KiB, no libraries but "
         "Eigen) "
         "with edit, write and undo; try it with start_test and test_result; have it scored with submit, "
         "where the "
         "last submission counts; then call finish. The other files can be viewed.\n";
}

std::string cut(std::string text) {
  if (text.size() <= max_logged_text) return text;
  // Not within a character.
  std::size_t end = max_logged_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + fmt::format("... ({} bytes)", text.size());
}

Json cut_texts(Json arguments) {
  if (!arguments.is_object()) return arguments;
  for (auto& [name, value] : arguments.items()) {
    if (value.is_string()) value = cut(value.get<std::string>());
  }
  return arguments;
}

std::string text_of(const Json& id) { return id.is_string() ? id.get<std::string>() : id.dump(); }

/// A client at a desk.
class Session {
 public:
  Session(LineChannel& channel, Toolbox& toolbox)
      : channel_(channel),
        toolbox_(toolbox),
        earlier_(toolbox.earlier(fmt::format("test_result with the handle {}{}", handle_prefix,
                                             toolbox.supervisor().used().tests))) {}
  ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Carries a call out and answers it, unless its answer is to wait.
  void take(const McpCall& call) {
    // Most of those that ask for a result tell nothing: only those that bring it are logged.
    if (call.tool != "test_result") log_call(call);
    try {
      if (const auto result = result_of(call)) answer(call, *result);
    } catch (const Refusal& refusal) {
      toolbox_.supervisor().refused(call.tool, refusal);
      answer(call, {std::string(refusal.what()) + "\n", true});
    } catch (const std::exception& error) {
      answer(call, {fmt::format("The benchmark failed, the trial is interrupted: {}\n", error.what()), true});
      throw;
    }
  }

  void take(const McpIncoming& message) {
    waiting_.remove_if([&](const Waiting& one) { return one.call.id == message.cancelled; });
    if (message.call) take(*message.call);
  }

  /// Answers calls that waited long enough, and those whose test has ended.
  void answer_waiting() {
    if (test_ && test_->ended) {
      test_->thread.join();
      outcomes_[test_->handle] = test_->result;
      test_.reset();
    }
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      const auto outcome = outcomes_.find(one->handle);
      const bool ended = outcome != outcomes_.end() && !is_running(one->handle);
      if (!ended && Clock::now() < one->until) {
        ++one;
        continue;
      }
      if (ended) {
        answer(one->call, outcome->second);
      } else {
        answer_running(*one);
      }
      one = waiting_.erase(one);
    }
  }

  [[nodiscard]] std::optional<LineChannel::Time> next_deadline() const {
    std::optional<LineChannel::Time> next;
    for (const Waiting& one : waiting_) next = next ? std::min(*next, one.until) : one.until;
    return next;
  }

  /// No call waits any longer.
  void give_up(const std::string& why) {
    for (const Waiting& one : waiting_) answer(one.call, {why, true});
    waiting_.clear();
  }

  [[nodiscard]] bool finished() const { return finished_; }

 private:
  struct Waiting {
    McpCall call;
    std::string handle;
    LineChannel::Time until;
  };
  struct Test {
    std::string handle;
    Clock::time_point since = Clock::now();
    ToolResult result;
    std::exception_ptr failure;  // of the benchmark
    std::atomic<bool> ended = false;
    std::jthread thread;
  };

  /// None when the answer is to wait.
  std::optional<ToolResult> result_of(const McpCall& call) {
    if (call.tool == "task") return ToolResult{task_text(), false};
    if (call.tool == "start_test") return begin_test(call);
    if (call.tool == "test_result") return test_result(call);
    if (call.tool == "finish") return finish();
    return toolbox_.call(call.tool, call.arguments);
  }

  std::string task_text() const {
    Supervisor& supervisor = toolbox_.supervisor();
    return fmt::format("{}\n{}\nUsed: {}.\n\n{}", goal_text(supervisor.brief()), how_to_text(),
                       budget_text(supervisor.budget(), supervisor.used()), toolbox_.task_text());
  }

  std::optional<ToolResult> begin_test(const McpCall& call) {
    if (test_) {
      throw Refusal(Refusal::Reason::busy,
                    fmt::format("{} is running: wait for it with test_result", test_->handle));
    }
    // Here, because a call behind this one may change the method before the thread has begun.
    auto work = toolbox_.begin_test(call.arguments);
    test_ = std::make_unique<Test>();
    Test& test = *test_;
    test.handle = fmt::format("{}{}", handle_prefix, toolbox_.supervisor().used().tests + 1);
    outcomes_.erase(test.handle);
    test.thread = std::jthread([this, &test, work = std::move(work)] {
      try {
        test.result = work();
      } catch (const std::exception& error) {
        test.result = {fmt::format("The test was interrupted: {}\n", error.what()), true};
        test.failure = std::current_exception();
      }
      test.ended = true;
      if (test.failure) toolbox_.supervisor().fail(test.failure);
      channel_.wake();
    });
    waiting_.push_back({call, test.handle, Clock::now() + begin_patience});
    return std::nullopt;
  }

  std::optional<ToolResult> test_result(const McpCall& call) {
    const std::string handle = handle_in(call.arguments);
    if (is_running(handle)) {
      if (waiting_.size() >= max_waiting) throw Refusal(Refusal::Reason::busy, "too many calls are waiting");
      waiting_.push_back({call, handle, Clock::now() + std::chrono::seconds(wait_in(call.arguments))});
      return std::nullopt;
    }
    if (const auto outcome = outcomes_.find(handle); outcome != outcomes_.end()) return outcome->second;
    return ToolResult{earlier_report(handle), false};
  }

  static std::string handle_in(const Json& arguments) {
    if (!arguments.is_object() || !arguments.contains("handle") || !arguments.at("handle").is_string())
      throw Refusal(Refusal::Reason::malformed,
                    R"(test_result needs "handle": the text that start_test returned)");
    return arguments.at("handle").get<std::string>();
  }

  static int wait_in(const Json& arguments) {
    if (!arguments.contains("wait_seconds")) return default_wait_s;
    const Json& wait = arguments.at("wait_seconds");
    if (!is_int(wait)) throw Refusal(Refusal::Reason::malformed, R"("wait_seconds" must be an integer)");
    return std::clamp(wait.get<int>(), 0, max_wait_s);
  }

  /// Of a test that ended while another process served this trial.
  std::string earlier_report(const std::string& handle) const {
    const Supervisor& supervisor = toolbox_.supervisor();
    const auto tests = supervisor.log().history().tests();
    std::size_t number = 0;
    const bool known =
        handle.starts_with(handle_prefix) &&
        std::from_chars(handle.data() + handle_prefix.size(), handle.data() + handle.size(), number).ptr ==
            handle.data() + handle.size();
    if (!known || number == 0 || number > tests.size()) {
      throw Refusal(
          Refusal::Reason::mismatch,
          fmt::format("there is no test \"{}\"; {} ended so far. One that an interruption has cut short is "
                      "not counted: start it again",
                      handle.substr(0, 40), tests.size()));
    }
    return report_text(tests[number - 1], supervisor.brief());
  }

  ToolResult finish() {
    if (test_) {
      throw Refusal(Refusal::Reason::busy,
                    fmt::format("{} is running: wait for it with test_result", test_->handle));
    }
    if (!toolbox_.supervisor().anything_done())
      throw Refusal(Refusal::Reason::mismatch, "nothing was tested or submitted: there is nothing to score");
    finished_ = true;
    return {"The trial has ended. It is scored on all settings now, hidden ones too.\n", false};
  }

  [[nodiscard]] bool is_running(const std::string& handle) const { return test_ && test_->handle == handle; }

  [[nodiscard]] std::string running_text(const std::string& handle) const {
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - test_->since);
    return fmt::format(
        "The test is running, for {} s so far. Call test_result with the handle {} for its result.\n",
        elapsed.count(), handle);
  }

  void answer(const McpCall& call, ToolResult result) {
    // Whatever is asked first: its client may not know that there was an interruption.
    if (!earlier_.empty()) result.text = std::exchange(earlier_, "") + "\n" + result.text;
    channel_.write(mcp_reply(call, result));
    if (call.tool == "test_result") log_call(call);
    log("tool_result",
        {{"id", text_of(call.id)}, {"name", call.tool}, {"text", cut(result.text)}, {"error", result.error}});
  }

  void answer_running(const Waiting& one) {
    const ToolResult result{running_text(one.handle), false};
    if (one.call.tool == "start_test") return answer(one.call, result);
    channel_.write(mcp_reply(one.call, result));
  }

  void log_call(const McpCall& call) {
    const Json one{{"id", text_of(call.id)}, {"name", call.tool}, {"arguments", cut_texts(call.arguments)}};
    log("message", {{"from", "agent"}, {"text", ""}, {"calls", Json::array({one})}});
  }

  void log(std::string_view kind, Json fields) {
    std::error_code absent;
    const auto bytes =
        std::filesystem::file_size(toolbox_.supervisor().log().folder() / "events.jsonl", absent);
    if (!absent && bytes < max_log_bytes) toolbox_.supervisor().event(kind, std::move(fields));
  }

  LineChannel& channel_;
  Toolbox& toolbox_;
  std::string earlier_;                         ///< empty once it is told
  std::map<std::string, ToolResult> outcomes_;  ///< by handle
  std::list<Waiting> waiting_;
  bool finished_ = false;
  std::unique_ptr<Test> test_;  // last, so that its thread is joined before the rest goes
};

}  // namespace

McpFace mcp_face(const TrialOrder& order) {
  const Brief brief = brief_of(*order.yardstick, order.conditions);
  McpFace face;
  face.instructions = goal_text(brief) + "\n" + how_to_text();
  face.tools.push_back(task_tool());
  for (ToolSpec& tool : tool_specs(brief, order.agent->predicts())) {
    if (tool.name != "test") {
      face.tools.push_back(std::move(tool));
      continue;
    }
    face.tools.push_back(start_test_tool(std::move(tool)));
    face.tools.push_back(test_result_tool());
  }
  face.tools.push_back(finish_tool());
  face.files = readable_files(order);
  return face;
}

McpIncoming McpServer::incoming() {
  McpIncoming message = read_mcp(channel_.line(), face_);
  if (!message.reply.empty()) channel_.write(message.reply);
  return message;
}

std::optional<McpCall> McpServer::next_call() {
  for (;;) {
    switch (channel_.wait(std::nullopt)) {
      case LineChannel::Event::line:
        if (auto call = incoming().call) return call;
        break;
      case LineChannel::Event::too_long:
        channel_.write(mcp_too_long(LineChannel::max_line_bytes));
        break;
      case LineChannel::Event::closed:
        return std::nullopt;
      case LineChannel::Event::woken:
      case LineChannel::Event::late:
        break;
    }
  }
}

void McpServer::answer_first(const ToolResult& result) {
  if (const auto first = std::exchange(first_, std::nullopt)) channel_.write(mcp_reply(*first, result));
}

void McpServer::serve(Desk& desk) {
  const auto toolbox = desk.open_toolbox();
  const Supervisor& supervisor = toolbox->supervisor();
  Session session(channel_, *toolbox);
  const std::stop_callback wake(supervisor.over(), [this] { channel_.wake(); });
  if (const auto first = std::exchange(first_, std::nullopt)) session.take(*first);
  for (;;) {
    session.answer_waiting();
    if (session.finished()) return;
    if (supervisor.over().stop_requested()) return session.give_up("The trial is over.\n");
    switch (channel_.wait(session.next_deadline())) {
      case LineChannel::Event::line:
        session.take(incoming());
        break;
      case LineChannel::Event::too_long:
        channel_.write(mcp_too_long(LineChannel::max_line_bytes));
        break;
      case LineChannel::Event::closed:
        // First, because the client may kill what does not end soon.
        if (!supervisor.status().at("submitted_sha256").is_null()) left_();
        gone_.request_stop();
        return;
      case LineChannel::Event::woken:
      case LineChannel::Event::late:
        break;
    }
  }
}

Json McpAgent::settings() const {
  return {{"tier", options_.budget.tier},
          {"seconds", to_json(options_.budget).at("seconds")},
          {"predict", options_.predict}};
}

void McpAgent::run(Desk& desk) const {
  if (server_ != nullptr) server_->serve(desk);
}

}  // namespace mls::trial
