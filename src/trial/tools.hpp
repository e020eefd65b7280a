// The tools of agents that call tools by name (a language model behind an API, a client of an MCP server):
// what a model is told of them, and what they do. Command-line agents have mls-desk instead.
//
// Theory of operation: a toolbox stands between such an agent and the supervisor of its trial. It holds the
// draft of method.cpp and the files that may be read. Every change of the draft is shown to the supervisor
// first, which counts it as an action, logs it with its diff, or refuses it; then the draft stays as it was.
// Tests and submissions take the draft as it is. Nothing that is called can harm the trial: any name and any
// JSON give a text for the model, flagged as an error where nothing was done.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "trial/draft.hpp"
#include "trial/supervisor.hpp"
#include "trial/workspace.hpp"

namespace mls::trial {

/// As models are told of a tool: the names of the fields differ between APIs, the content does not.
struct ToolSpec {
  std::string name;         ///< [a-z_]+
  std::string description;  ///< what it does, what it costs
  Json input_schema;        ///< JSON Schema of an object
};

struct ToolResult {
  std::string text;  ///< for the model
  bool error = false;
};

/// JSON schema of an object with just these properties.
[[nodiscard]] Json object_schema(Json properties, const std::vector<std::string>& required = {});

/// view, edit, write, undo, test, submit, note, budget: in a fixed order. `predict`: whether tests and
/// submissions take predictions.
[[nodiscard]] std::vector<ToolSpec> tool_specs(const Brief& brief, bool predict);
/// Files of a task that may be read, all but method.cpp: path and text.
[[nodiscard]] WorkspaceFiles readable_files(const TrialOrder& order);

class Toolbox {
 public:
  /// The draft is what the desk was shown last, with what can be undone as the log has it. `supervisor` must
  /// live longer.
  explicit Toolbox(Supervisor& supervisor);
  Toolbox(const Toolbox&) = delete;
  Toolbox& operator=(const Toolbox&) = delete;

  [[nodiscard]] const std::vector<ToolSpec>& tools() const { return tools_; }

  /// What a model is told first of all: goal, rules, limits, what was used of them.
  [[nodiscard]] std::string instructions() const;
  /// What is known of an interrupted trial that goes on, as earlier_text (desk_workshop.hpp).
  [[nodiscard]] std::string earlier(std::string_view last_result) const;
  /// What it would read first: the question, the interface, method.cpp as it is, the baselines' scores, and
  /// which files there are.
  [[nodiscard]] std::string task_text() const;

  /// Total: what a model asks for wrongly or too late (an unknown tool, arguments that do not fit its schema,
  /// a Refusal) gives a result that says so, and is logged as refused. `test` waits for its scores. Throws
  /// only what is not the model's doing: infrastructure, evaluate::Interrupted. May be called by several
  /// threads at once.
  [[nodiscard]] ToolResult call(const std::string& name, const Json& arguments);

  /// As call("test", arguments), in two steps: takes method.cpp as it is and has its test granted, or
  /// refused; what takes long is done when what is returned is called, once, by any thread.
  [[nodiscard]] std::function<ToolResult()> begin_test(const Json& arguments);

  /// method.cpp as it is now.
  [[nodiscard]] std::string draft() const;
  /// Of the trial that this toolbox belongs to.
  [[nodiscard]] Supervisor& supervisor() const { return supervisor_; }

 private:
  [[nodiscard]] std::vector<std::string> names() const;  // of files that can be viewed
  /// What `work` says, or why it was refused.
  [[nodiscard]] ToolResult answered(const std::string& name, const std::function<std::string()>& work);
  /// Throws Refusal when there is no such tool or its arguments are not these.
  void require_fit(const std::string& name, const Json& arguments) const;
  /// With method.cpp as it is now.
  [[nodiscard]] Json request_of(const Json& arguments) const;
  [[nodiscard]] std::string done(const std::string& name, const Json& arguments);
  [[nodiscard]] std::string viewed(const Json& arguments) const;
  [[nodiscard]] std::string edited(const Json& arguments);
  [[nodiscard]] std::string written(const Json& arguments);
  [[nodiscard]] std::string undone();
  /// Shows the desk what the draft is to become, then lets it be that.
  [[nodiscard]] std::string changed(std::string text);
  [[nodiscard]] std::string file(const std::string& path) const;

  Supervisor& supervisor_;
  WorkspaceFiles files_;  // all but method.cpp
  std::vector<ToolSpec> tools_;
  mutable std::mutex mutex_;  // guards draft_
  Draft draft_;
};

}  // namespace mls::trial
