#include "trial/tools.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "trial/desk_protocol.hpp"
#include "trial/desk_workshop.hpp"
#include "trial/unified_diff.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr const char* method_name = "method.cpp";
// A line of the largest method fits.
constexpr std::size_t max_view_bytes = std::size_t{128} << 10;
constexpr std::size_t max_diff_bytes = 4096;

constexpr const char* steps =
    R"(1. Read `question.md` (the research question) and `surface.hpp` (the interface your method implements).
2. Change `method.cpp` with the tools edit, write and undo. Every other file is here to be read.
3. The tool test compiles it, runs the visible settings and shows metrics and scores.
4. The tool submit says that this method is to be scored on all settings, hidden ones too.
)";

// --- What models are told
// --------------------------------------------------------------------------------------------

Json text_property(const char* description) { return {{"type", "string"}, {"description", description}}; }

Json line_property(const char* description) {
  return {{"type", "integer"}, {"minimum", 1}, {"description", description}};
}

Json prediction_property(const std::vector<std::string>& settings) {
  const Json one{{"type", "object"},
                 {"properties", {{"score", {{"type", "number"}}}, {"deviation", {{"type", "number"}}}}},
                 {"required", {"score", "deviation"}}};
  Json properties = Json::object();
  for (const std::string& setting : settings) properties[setting] = one;
  return {{"type", "object"},
          {"description",
           "What you expect, by visible setting: the score (0 to 100, 50 = best baseline) and the standard "
           "deviation that says how sure you are."},
          {"properties", std::move(properties)}};
}

}  // namespace

Json object_schema(Json properties, const std::vector<std::string>& required) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

std::vector<ToolSpec> tool_specs(const Brief& brief, bool predict) {
  Json test{{"note", text_property("What you try with this test and why, for the record.")}};
  Json submit = Json::object();
  if (predict) test["predictions"] = submit["predictions"] = prediction_property(brief.settings);
  return {
      {"view", "Shows a file with line numbers. Free.",
       object_schema({{"path", text_property("Which file; method.cpp unless named.")},
                      {"first_line", line_property("First line to show; 1 unless named.")},
                      {"last_line", line_property("Last line to show; to the end unless named.")}})},
      {"edit",
       "Replaces a part of method.cpp: old_text must occur in it exactly once and is replaced by new_text. "
       "One "
       "action.",
       object_schema({{"old_text", text_property("Copied exactly from the file, without line numbers.")},
                      {"new_text", text_property("What stands there instead; may be empty.")}},
                     {"old_text", "new_text"})},
      {"write", "Replaces method.cpp as a whole. One action.",
       object_schema({{"text", text_property("The new file: C++20, at most 64 KiB.")}}, {"text"})},
      {"undo", "Takes back the last change of method.cpp; may be repeated. One action.",
       object_schema(Json::object())},
      {"test",
       "Compiles method.cpp, runs it on the visible settings, and returns metrics and scores. One test and "
       "one action.",
       object_schema(std::move(test))},
      {"submit",
       "Says that method.cpp as it is now is to be scored on all settings when the trial ends. A later "
       "submission replaces it. Free.",
       object_schema(std::move(submit))},
      {"note", "Writes down what you tried and what you think, for the record of the trial. Free.",
       object_schema({{"text", text_property("At most 4 KiB.")}}, {"text"})},
      {"budget", "Says what is used of the budget and what is submitted. Free.",
       object_schema(Json::object())},
  };
}

namespace {

std::string baselines_text(const Brief& brief) {
  std::string text;
  for (const BaselineBrief& baseline : brief.baselines) {
    text += fmt::format("- {} ({})", baseline.id, baseline.title);
    if (baseline.visible)
      text += fmt::format(": {:.1f} on the visible settings", 100 * baseline.visible->score);
    text += baseline.start ? "; this is method.cpp as you found it\n" : "\n";
  }
  return text;
}

// --- Arguments
// -------------------------------------------------------------------------------------------------------

Refusal malformed(const std::string& message) { return {Refusal::Reason::malformed, message}; }

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_int(value);
  return value.is_object();
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// Names and types; what else a schema says is for whoever uses the value.
void check(const Json& arguments, const ToolSpec& tool) {
  if (!arguments.is_object())
    throw malformed(fmt::format("the arguments of {} must be a JSON object", tool.name));
  const Json& known = tool.input_schema.at("properties");
  for (const auto& [key, value] : arguments.items()) {
    if (!known.contains(key)) {
      throw malformed(
          fmt::format("{} has no argument \"{}\"; it takes {}", tool.name, key.substr(0, 40),
                      known.empty() ? "none" : fmt::format("{}", fmt::join(keys_of(known), ", "))));
    }
    const auto type = known.at(key).at("type").get<std::string>();
    if (!is_of_type(value, type))
      throw malformed(fmt::format("the argument \"{}\" of {} must be of type {}, not {}", key, tool.name,
                                  type, value.type_name()));
  }
  if (!tool.input_schema.contains("required")) return;
  for (const Json& name : tool.input_schema.at("required")) {
    if (!arguments.contains(name.get<std::string>()))
      throw malformed(fmt::format("the argument {} of {} is missing", name.dump(), tool.name));
  }
}

std::string text_in(const Json& arguments, const char* name, const std::string& otherwise = "") {
  return arguments.contains(name) ? arguments.at(name).get<std::string>() : otherwise;
}

/// Lines count from 1; what is below 1 exists as little as what is behind the end.
std::size_t line_in(const Json& arguments, const char* name, std::size_t otherwise) {
  if (!arguments.contains(name)) return otherwise;
  const int line = arguments.at(name).get<int>();
  if (line < 1) throw malformed(fmt::format("\"{}\" is {}; lines count from 1", name, line));
  return static_cast<std::size_t>(line);
}

// --- Files
// -----------------------------------------------------------------------------------------------------------

}  // namespace

WorkspaceFiles readable_files(const TrialOrder& order) {
  WorkspaceFiles files =
      workspace_files(order.places->root, order.yardstick->task, steps, order.conditions.context);
  // What changes, and what only editors need.
  for (const char* name : {method_name, "compile_flags.txt"}) files.erase(name);
  return files;
}

namespace {

Draft draft_of(const Supervisor& supervisor) {
  std::vector<std::string> shown;
  for (const Step& step : supervisor.log().history().steps) {
    if (step.kind == Step::Kind::edit) shown.push_back(step.method_sha256);
  }
  const bool all = shown.size() <= Draft::max_versions;
  if (!all) shown.erase(shown.begin(), shown.end() - Draft::max_versions);
  Draft draft(all ? supervisor.brief().start().source : supervisor.method_of(shown.front()).source);
  for (const std::string& sha256 : shown) draft.set(supervisor.method_of(sha256).source);
  return draft;
}

std::string fenced(const std::string& name, const std::string& text) {
  return fmt::format("## {}\n\n```cpp\n{}{}```\n\n", name, text, text.ends_with('\n') ? "" : "\n");
}

}  // namespace

Toolbox::Toolbox(Supervisor& supervisor)
    : supervisor_(supervisor),
      files_(readable_files(supervisor.order())),
      tools_(tool_specs(supervisor.brief(), supervisor.order().agent->predicts())),
      draft_(draft_of(supervisor)) {}

std::string Toolbox::draft() const {
  const std::scoped_lock lock(mutex_);
  return draft_.text();
}

std::string Toolbox::instructions() const {
  const Brief& brief = supervisor_.brief();
  const std::string limits =
      limits_text(supervisor_.budget(), "every test, edit, write and undo is one; the other tools are free");
  std::string text = fmt::format(
      R"({goal}You work with tools. Change method.cpp (C++20, one file of at most 64 KiB, no libraries but Eigen) with edit, write and
undo; try it with test; have it scored with submit. The other files can be viewed: surface.hpp documents the interface,
README.md the limits of a run and what is measured{baselines}.

Limits:
{limits}
Call submit when method.cpp is what you want to be scored; the last submission counts. If you submit nothing, what you
tested last is scored. When you are through, answer without calling a tool.
)",
      fmt::arg("goal", goal_text(brief)),
      fmt::arg("baselines", brief.conditions.context == Conditions::Context::none
                                ? ""
                                : ", baselines/ holds the published methods"),
      fmt::arg("limits", limits.empty() ? "- none\n" : limits));
  if (supervisor_.order().agent->predicts())
    text +=
        "\nSay with every test and submission what you expect (predictions): it is recorded how well you "
        "knew.\n";
  const std::string before = earlier("");
  return before.empty() ? text : text + "\n" + before;
}

std::string Toolbox::earlier(std::string_view last_result) const {
  return earlier_text(supervisor_, "", last_result);
}

std::string Toolbox::task_text() const {
  const Brief& brief = supervisor_.brief();
  const auto part = [&](const char* name) {
    const auto found = files_.find(name);
    return found == files_.end() ? std::string() : found->second;
  };
  std::string text = part("question.md") + "\n";
  text += fenced("surface.hpp", part("surface.hpp")) + fenced(method_name, draft());
  // Without context not even their titles are shown, that of the starting point included.
  if (brief.conditions.context != Conditions::Context::none)
    text += "## Baselines\n\n" + baselines_text(brief);
  if (!brief.note.empty()) text += brief.note + "\n";
  return text + fmt::format("\n## Files that can be viewed\n\n{}\n", fmt::join(names(), ", "));
}

std::vector<std::string> Toolbox::names() const {
  std::vector<std::string> names{method_name};
  for (const auto& [name, text] : files_) names.push_back(name);
  return names;
}

// --- Calls
// -----------------------------------------------------------------------------------------------------------

ToolResult Toolbox::call(const std::string& name, const Json& arguments) {
  return answered(name, [&] { return done(name, arguments); });
}

std::function<ToolResult()> Toolbox::begin_test(const Json& arguments) {
  std::function<Json()> test;
  ToolResult begun = answered("test", [&] {
    require_fit("test", arguments);
    test = begun_test(supervisor_, request_of(arguments));
    return std::string();
  });
  if (begun.error) return [begun = std::move(begun)] { return begun; };
  return [this, test = std::move(test)] {
    return answered("test", [&] { return test().at("text").get<std::string>(); });
  };
}

ToolResult Toolbox::answered(const std::string& name, const std::function<std::string()>& work) {
  try {
    return {work(), false};
  } catch (const Refusal& refusal) {
    supervisor_.refused(name.substr(0, 40), refusal);
    return {std::string(refusal.what()) + "\n", true};
  }
}

void Toolbox::require_fit(const std::string& name, const Json& arguments) const {
  const auto tool = std::ranges::find(tools_, name, &ToolSpec::name);
  if (tool == tools_.end()) {
    std::vector<std::string> names;
    names.reserve(tools_.size());
    for (const ToolSpec& one : tools_) names.push_back(one.name);
    throw malformed(
        fmt::format("there is no tool \"{}\"; there are: {}", name.substr(0, 40), fmt::join(names, ", ")));
  }
  check(arguments, *tool);
}

Json Toolbox::request_of(const Json& arguments) const {
  Json request = arguments;
  request["source"] = draft();
  request["changed"] = Json::array();  // no tool changes other files
  return request;
}

std::string Toolbox::done(const std::string& name, const Json& arguments) {
  require_fit(name, arguments);
  if (name == "view") return viewed(arguments);
  if (name == "edit") return edited(arguments);
  if (name == "write") return written(arguments);
  if (name == "undo") return undone();
  const bool takes_method = name == "test" || name == "submit";
  return carried_out(supervisor_, name, takes_method ? request_of(arguments) : arguments)
      .at("text")
      .get<std::string>();
}

std::string Toolbox::file(const std::string& path) const {
  const std::string name = fs::path(path).lexically_normal().string();
  if (name == method_name) return draft();
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  const std::vector<std::string> known = names();
  throw Refusal(
      Refusal::Reason::mismatch,
      fmt::format("there is no file \"{}\"; did you mean \"{}\"? There are: {}", path.substr(0, 200),
                  task::nearest(path.substr(0, 200), known).front(), fmt::join(known, ", ")));
}

std::string Toolbox::viewed(const Json& arguments) const {
  const std::string text = file(text_in(arguments, "path", method_name));
  return numbered_lines(text, line_in(arguments, "first_line", 1), line_in(arguments, "last_line", 0),
                        max_view_bytes);
}

std::string Toolbox::edited(const Json& arguments) {
  const std::scoped_lock lock(mutex_);
  return changed(draft_.with(text_in(arguments, "old_text"), text_in(arguments, "new_text")));
}

std::string Toolbox::written(const Json& arguments) {
  const std::scoped_lock lock(mutex_);
  return changed(text_in(arguments, "text"));
}

std::string Toolbox::undone() {
  const std::scoped_lock lock(mutex_);
  return changed(draft_.before());
}

std::string Toolbox::changed(std::string text) {
  const evaluate::Method method = evaluate::method_from_source(text);
  if (text == draft_.text()) return "method.cpp is what it was before; nothing was counted.\n";
  supervisor_.edit(method);
  const std::string diff = unified_diff(draft_.text(), text);
  draft_.set(std::move(text));
  return fmt::format("method.cpp is changed. Used: {}.\n{}",
                     budget_text(supervisor_.budget(), supervisor_.used()),
                     diff.size() <= max_diff_bytes ? diff : "");
}

}  // namespace mls::trial
