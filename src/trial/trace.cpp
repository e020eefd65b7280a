#include "trial/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "trial/costs.hpp"

namespace mls::trial {
namespace {

/// Terminals obey what agents print. Nothing is left out: it is what a trace is for.
std::string printable(std::string_view text) { return plain_text(text, std::string::npos); }

std::string text_in(const Json& event, const char* name) {
  if (!event.is_object() || !event.contains(name)) return "";
  const Json& value = event.at(name);
  return printable(value.is_string() ? value.get<std::string>()
                                     : value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string short_sha(const Json& event) { return text_in(event, "method_sha256").substr(0, 12); }

std::string indented(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result += "    " + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return result;
}

std::string score_text(const Json& value) {
  return value.is_number() ? fmt::format("{:.1f}", 100 * value.get<double>()) : std::string("-");
}

std::string used_text(const Json& event) {
  if (!event.contains("used")) return "";
  const Json& used = event.at("used");
  const double seconds = used.is_object() && used.contains("seconds") && used.at("seconds").is_number()
                             ? used.at("seconds").get<double>()
                             : 0;
  return fmt::format("{:>9.1f} s  ", seconds);
}

std::string settings_text(const Json& event) {
  std::string text;
  if (!event.contains("settings") || !event.at("settings").is_array()) return text;
  for (const Json& setting : event.at("settings")) {
    if (setting.is_object() && setting.contains("score"))
      text += fmt::format("  {} {}", text_in(setting, "id"), score_text(setting.at("score")));
  }
  return text;
}

std::string test_text(const Json& event) {
  std::string text =
      fmt::format("test {} of {}: {}", text_in(event, "number"), short_sha(event), text_in(event, "status"));
  if (event.contains("score")) text += ", score " + score_text(event.at("score"));
  text += settings_text(event) + "\n";
  const std::string note = text_in(event, "note");
  if (!note.empty() && note != "null") text += indented("note: " + note);
  if (event.contains("predictions")) text += indented("predicted: " + text_in(event, "predictions"));
  return text + indented(text_in(event, "details"));
}

std::string begin_text(const std::string& kind, const Json& event) {
  std::string text = fmt::format("{}: {} on {}, as \"{}\", budget {}, settings {}\n", kind,
                                 text_in(event, "agent"), text_in(event, "task"), text_in(event, "label"),
                                 text_in(event, "budget"), text_in(event, "settings"));
  if (event.contains("conditions")) text += indented("conditions: " + text_in(event, "conditions"));
  return text;
}

std::string message_text(const Json& event) {
  const std::string model = text_in(event, "model");
  std::string text =
      fmt::format("message of the {}{}\n", text_in(event, "from"), model.empty() ? "" : " " + model);
  const std::string reasoning = text_in(event, "reasoning");
  if (!reasoning.empty()) text += indented("(thinks) " + reasoning);
  text += indented(text_in(event, "text"));
  if (event.contains("calls") && event.at("calls").is_array()) {
    for (const Json& call : event.at("calls"))
      text += indented(fmt::format("calls {} {}", text_in(call, "name"), text_in(call, "arguments")));
  }
  if (event.contains("usage")) text += indented("usage: " + text_in(event, "usage"));
  if (event.contains("doubts")) text += indented("doubts: " + text_in(event, "doubts"));
  return text;
}

std::string result_text(const Json& event) {
  const bool failed = event.contains("error") && event.at("error") == true;
  return fmt::format("{} of {}\n", failed ? "error" : "result", text_in(event, "name")) +
         indented(text_in(event, "text"));
}

}  // namespace

std::string event_text(const Json& event) {
  const std::string kind = text_in(event, "event");
  if (kind == "created" || kind == "resumed") return begin_text(kind, event);
  if (kind == "edit") return fmt::format("edit to {}\n", short_sha(event)) + indented(text_in(event, "diff"));
  if (kind == "test") return test_text(event);
  if (kind == "submission") {
    return fmt::format("submission of {}\n", short_sha(event)) +
           (event.contains("predictions") ? indented("predicted: " + text_in(event, "predictions")) : "");
  }
  if (kind == "message") return message_text(event);
  if (kind == "tool_result") return result_text(event);
  if (kind == "spent")
    return fmt::format("spent on an answer that did not come: {}\n", text_in(event, "why")) +
           indented("usage: " + text_in(event, "usage")) +
           (event.contains("doubts") ? indented("doubts: " + text_in(event, "doubts")) : "");
  if (kind == "note") return "note\n" + indented(text_in(event, "text"));
  if (kind == "refused")
    return fmt::format("refused: {} ({}): {}\n", text_in(event, "request"), text_in(event, "reason"),
                       text_in(event, "message"));
  if (kind == "agent ended")
    return fmt::format("agent {}\n", text_in(event, "how")) + indented(text_in(event, "output"));
  if (kind == "ended") return fmt::format("ended: {}\n", text_in(event, "why"));
  if (kind == "submitting")
    return fmt::format("scoring {}: the {}\n", short_sha(event), text_in(event, "why"));
  if (kind == "submitted") return fmt::format("scored: {}\n", text_in(event, "run"));
  if (kind == "vanilla")
    return fmt::format("vanilla {}: score {}\n", short_sha(event),
                       score_text(event.contains("score") ? event.at("score") : Json()));
  if (kind == "stopped") return fmt::format("stopped: {}\n", text_in(event, "message"));
  if (kind == "clock") return "";
  Json rest = event;
  for (const char* known : {"time", "event", "used"}) rest.erase(known);
  return kind +
         (rest.empty() ? "" : " " + printable(rest.dump(-1, ' ', false, Json::error_handler_t::replace))) +
         "\n";
}

std::string trace_text(const std::vector<Json>& events) {
  std::string text;
  for (const Json& event : events) {
    if (!event.is_object()) continue;
    const std::string body = event_text(event);
    if (!body.empty()) text += text_in(event, "time") + "  " + used_text(event) + body;
  }
  if (const auto costs = costs_in(events)) text += "total: " + costs_text(*costs) + "\n";
  return text;
}

}  // namespace mls::trial
