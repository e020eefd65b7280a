// The agent `mcp`: a client of the Model Context Protocol that works on one trial through this program's
// standard streams (docs/agents.md, "MCP").
//
// Theory of operation: a server outlives the trial's part in it. It answers what needs no trial by itself, so
// that clients may look at it without beginning one; the first call of a tool begins the trial, or goes on
// with it. Everything is done by one thread, but for the test that is running. Calls that wait for that test
// are answered when it has ended or after a while, because clients give up on calls that take long.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "trial/agent.hpp"
#include "trial/line_channel.hpp"
#include "trial/mcp_messages.hpp"

namespace mls::trial {

/// What clients are told of a task: task, view, edit, write, undo, start_test, test_result, submit, note,
/// budget, finish. `order`: its agent decides whether there are predictions.
[[nodiscard]] McpFace mcp_face(const TrialOrder& order);

class McpServer {
 public:
  /// `channel` must live longer. `left` is called when the client has left a trial in which something is
  /// submitted, while that trial is still being closed.
  McpServer(LineChannel& channel, McpFace face, std::function<void()> left)
      : channel_(channel), face_(std::move(face)), left_(std::move(left)) {}

  /// Answers everything up to the next call of a tool; none when the client is gone.
  [[nodiscard]] std::optional<McpCall> next_call();
  /// What serve() begins with, or answer_first() answers.
  void begin_with(McpCall call) { first_ = std::move(call); }
  /// Does nothing when serve() has answered it.
  void answer_first(const ToolResult& result);
  /// Works at the desk until the client says that it is through, is gone, or the trial is over. What throws
  /// is told the client before.
  void serve(Desk& desk);

  /// Requested when the client is gone: to be the `stop` of the trial's options, so that what it was waiting
  /// for ends and the trial stays open.
  [[nodiscard]] std::stop_token gone() const { return gone_.get_token(); }

 private:
  /// The line that has come, answered where it can be.
  [[nodiscard]] McpIncoming incoming();

  LineChannel& channel_;
  McpFace face_;
  std::function<void()> left_;
  std::optional<McpCall> first_;
  std::stop_source gone_;
};

class McpAgent final : public Agent {
 public:
  struct Options {
    Budget budget;  ///< its seconds are limited
    bool predict = false;
  };
  /// Without a server it ends at once: then what is there is scored. `server` must live longer.
  McpAgent(Options options, McpServer* server) : options_(std::move(options)), server_(server) {}
  [[nodiscard]] std::string name() const override { return "mcp"; }
  [[nodiscard]] Json settings() const override;
  [[nodiscard]] Budget budget() const override { return options_.budget; }
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] bool predicts() const override { return options_.predict; }
  void run(Desk& desk) const override;

 private:
  Options options_;
  McpServer* server_;
};

}  // namespace mls::trial
