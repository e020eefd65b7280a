#include "trial/atif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "trial/trace.hpp"

namespace mls::trial {
namespace {

const Json& field(const Json& object, const char* name) {
  static const Json none;
  const auto at = object.find(name);
  return at == object.end() ? none : *at;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// Copies texts that are not empty.
void copy_text(const Json& from, const char* name, Json& to, const char* as) {
  if (const std::string text = text_of(field(from, name)); !text.empty()) to[as] = text;
}

/// "2026-01-31T12:00:00Z", as the log writes it, and a day that there is.
bool is_time(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::string shape = [&] {
    std::string digits = text;
    std::ranges::replace_if(digits, [](char c) { return c >= '0' && c <= '9'; }, '0');
    return digits;
  }();
  if (shape != "0000-00-00T00:00:00Z") return false;
  std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d", &year, &month, &day, &hour, &minute, &second);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return year > 0 && date.ok() && hour < 24 && minute < 60 && second < 60;
}

/// What may be summed up without overflow.
std::optional<std::int64_t> count_in(const Json& object, const char* name) {
  const Json& value = field(object, name);
  constexpr std::int64_t most = 1'000'000'000'000;
  if (!value.is_number_integer() || value < 0 || value > most) return std::nullopt;
  return value.get<std::int64_t>();
}

struct Totals {
  Json metrics = Json::object();  ///< under the names of final_metrics

  void add(const Json& of_step) {
    for (const auto& [name, value] : of_step.items()) {
      Json& total = metrics["total_" + name];
      if (name == "cost_usd") {
        total = (total.is_null() ? 0.0 : total.get<double>()) + value.get<double>();
      } else {
        total = (total.is_null() ? 0 : total.get<std::int64_t>()) + value.get<std::int64_t>();
      }
    }
  }
};

Json metrics_of(const Json& usage) {
  Json metrics = Json::object();
  if (!usage.is_object()) return metrics;
  for (const char* name : {"prompt_tokens", "completion_tokens", "cached_tokens"}) {
    if (const auto count = count_in(usage, name)) metrics[name] = *count;
  }
  const Json& cost = field(usage, "cost_usd");
  if (cost.is_number() && std::isfinite(cost.get<double>()) && std::abs(cost.get<double>()) < 1e12)
    metrics["cost_usd"] = cost.get<double>();
  return metrics;
}

/// A call as a model made it, well-formed or not.
Json call_of(const Json& call, std::size_t number) {
  std::string id = call.is_object() ? text_of(field(call, "id")) : "";
  if (id.empty()) id = fmt::format("call-{}", number);
  const std::string name = call.is_object() ? text_of(field(call, "name")) : "";
  const Json& arguments = call.is_object() ? field(call, "arguments") : call;
  Json json{{"tool_call_id", id},
            {"function_name", name.empty() ? "unknown" : name},
            {"arguments", arguments.is_object() ? arguments
                          : arguments.is_null() ? Json::object()
                                                : Json{{"malformed", arguments}}}};
  if (call.is_object() && call.contains("broken")) json["extra"] = {{"broken", call.at("broken")}};
  return json;
}

std::string told(const Json& event) {
  std::string text = event_text(event);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// What a desk was asked to do, as a call.
struct DeskCall {
  std::string_view event;
  const char* function;
  std::array<const char*, 3> arguments;  ///< fields of the event; "" where there are fewer
};
constexpr std::array desk_calls{
    DeskCall{"edit", "edit", {"diff", "", ""}},
    DeskCall{"test", "test", {"method_sha256", "note", "predictions"}},
    DeskCall{"submission", "submit", {"method_sha256", "predictions", ""}},
    DeskCall{"note", "note", {"text", "", ""}},
    DeskCall{"refused", "", {"", "", ""}},
};

class Writer {
 public:
  explicit Writer(bool has_words) : has_words_(has_words) {}

  void add(const Json& event) {
    const std::string kind = text_of(field(event, "event"));
    if (kind == "clock") return;
    if (kind == "message") return message(event);
    if (kind == "tool_result") return result(event);
    // Only steps of the agent may have metrics, and this is none: it counts in the totals.
    if (kind == "spent") totals_.add(metrics_of(field(event, "usage")));
    const auto* const call = std::ranges::find(desk_calls, kind, &DeskCall::event);
    if (call == desk_calls.end()) {
      step("system", told(event), event);
    } else if (!has_words_) {
      desk_call(*call, event);
    } else if (!steps_.empty()) {
      remember(steps_.back(), event);
    }
  }

  Json take_steps() { return std::move(steps_); }
  [[nodiscard]] const Json& totals() const { return totals_.metrics; }
  [[nodiscard]] const std::string& model() const { return model_; }

 private:
  Json& step(const char* source, const std::string& text, const Json& event) {
    Json one{{"step_id", steps_.size() + 1}};
    if (const std::string time = text_of(field(event, "time")); is_time(time)) one["timestamp"] = time;
    one["source"] = source;
    one["message"] = text;
    steps_.push_back(std::move(one));
    return steps_.back();
  }

  static void remember(Json& step, const Json& event) { step["extra"]["events"].push_back(event); }

  void message(const Json& event) {
    const std::string from = text_of(field(event, "from"));
    const std::string text = text_of(field(event, "text"));
    if (from != "agent") {
      step(from == "user" ? "user" : "system", text, event);
      return;
    }
    Json& one = step("agent", text, event);
    copy_text(event, "model", one, "model_name");
    copy_text(event, "reasoning", one, "reasoning_content");
    for (const char* more : {"stop", "doubts"}) {
      if (event.contains(more)) one["extra"][more] = event.at(more);
    }
    if (model_.empty()) model_ = text_of(field(event, "model"));
    if (const Json& calls = field(event, "calls"); calls.is_array() && !calls.empty()) {
      for (const Json& call : calls) {
        one["tool_calls"].push_back(call_of(call, ++calls_));
        asked_in_[one["tool_calls"].back()["tool_call_id"]] = steps_.size() - 1;
      }
    }
    const Json metrics = metrics_of(field(event, "usage"));
    if (metrics.empty()) return;
    one["metrics"] = metrics;
    totals_.add(metrics);
  }

  void result(const Json& event) {
    const std::string id = text_of(field(event, "id"));
    const std::string text = text_of(field(event, "text"));
    const auto asked = asked_in_.find(id);
    if (asked == asked_in_.end()) {
      step("system", text, event);
      return;
    }
    Json one{{"source_call_id", id}, {"content", text}};
    if (field(event, "error") == true) one["extra"] = {{"error", true}};
    steps_[asked->second]["observation"]["results"].push_back(std::move(one));
  }

  void desk_call(const DeskCall& call, const Json& event) {
    Json arguments = Json::object();
    for (const char* name : call.arguments) {
      if (const Json& value = field(event, name); !value.is_null()) arguments[name] = value;
    }
    const std::string name = *call.function != '\0' ? call.function : text_of(field(event, "request"));
    Json& one = step("agent", "", event);
    const Json asked = call_of({{"name", name}, {"arguments", arguments}}, ++calls_);
    one["tool_calls"] = Json::array({asked});
    one["observation"]["results"] =
        Json::array({{{"source_call_id", asked["tool_call_id"]}, {"content", told(event)}}});
    remember(one, event);
  }

  bool has_words_;
  Json steps_ = Json::array();
  Totals totals_;
  std::string model_;
  std::size_t calls_ = 0;
  std::map<std::string, std::size_t> asked_in_;  ///< call and the step that made it last
};

Json agent_of(const Json& begin, const std::string& model_in_messages) {
  const Json& settings = field(begin, "settings");
  const std::string name = text_of(field(begin, "agent"));
  Json agent{{"name", name.empty() ? "unknown" : name}, {"version", MLS_VERSION}};
  std::string model = settings.is_object() ? text_of(field(settings, "model")) : "";
  if (model.empty()) model = model_in_messages;
  if (!model.empty()) agent["model_name"] = model;
  Json extra = Json::object();
  for (const char* part : {"label", "settings", "budget", "conditions", "task", "task_sha256", "seal"}) {
    if (begin.contains(part)) extra[part] = begin.at(part);
  }
  agent["extra"] = std::move(extra);
  return agent;
}

Json last_of(const std::vector<Json>& events, const char* name) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->is_object() && event->contains(name)) return event->at(name);
  }
  return nullptr;
}

}  // namespace

Json atif_trajectory(const std::string& trial, const std::vector<Json>& events) {
  const bool has_words = std::ranges::any_of(events, [](const Json& event) {
    return event.is_object() && field(event, "event") == "message" && field(event, "from") == "agent";
  });
  Writer writer(has_words);
  for (const Json& event : events) {
    if (event.is_object()) writer.add(event);
  }
  const Json none = Json::object();
  const Json& begin = !events.empty() && events.front().is_object() ? events.front() : none;
  Json steps = writer.take_steps();
  if (steps.empty())
    steps.push_back({{"step_id", 1}, {"source", "system"}, {"message", "Nothing was recorded."}});
  Json metrics = writer.totals();
  metrics["total_steps"] = steps.size();
  if (const Json used = last_of(events, "used"); !used.is_null()) metrics["extra"]["used"] = used;
  if (const Json run = last_of(events, "run"); !run.is_null()) metrics["extra"]["run"] = run;
  return {{"schema_version", "ATIF-v1.7"}, {"session_id", trial},
          {"trajectory_id", trial},        {"agent", agent_of(begin, writer.model())},
          {"steps", std::move(steps)},     {"final_metrics", std::move(metrics)}};
}

}  // namespace mls::trial
