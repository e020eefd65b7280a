#include "trial/desk_protocol.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "trial/predictions.hpp"

namespace mls::trial {
namespace {

constexpr std::size_t max_names_bytes = 2000;

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Refusal malformed(const std::string& message) { return {Refusal::Reason::malformed, message}; }

std::string text_field(const Json& request, const char* name) {
  if (!request.contains(name)) return "";
  const Json& value = request.at(name);
  if (!value.is_string()) throw malformed(fmt::format("\"{}\" must be a text", name));
  return value.get<std::string>();
}

evaluate::Method method_in(const Json& request) {
  if (request.contains("source")) return evaluate::method_from_source(text_field(request, "source"));
  if (!request.contains("source_base64"))
    throw malformed("the method is missing: \"source\" (text) or \"source_base64\"");
  try {
    return evaluate::method_from_source(base64_decoded(text_field(request, "source_base64")));
  } catch (const Refusal&) {
    throw;
  } catch (const Error& error) {
    throw malformed(fmt::format("\"source_base64\": {}", error.what()));
  }
}

Json predictions_in(const Json& request, const Supervisor& supervisor) {
  if (!request.contains("predictions")) return nullptr;
  if (!supervisor.order().agent->predicts())
    throw malformed("this trial keeps no predictions; they are kept by `mls run --predict`");
  try {
    return to_json(predictions_from_json(request.at("predictions"), supervisor.brief().settings));
  } catch (const Error& error) {
    throw malformed(fmt::format("\"predictions\": {}", error.what()));
  }
}

/// Where the surface is strict, a method is taken only from a workspace of which nothing else was changed.
/// What the client says is believed: nothing else has any effect anyway, so that there is nothing to gain.
void require_untouched(const Supervisor& supervisor, const Json& request) {
  if (supervisor.brief().conditions.surface != Conditions::Surface::strict) return;
  const auto files = request.find("changed");
  const bool listed = files != request.end() && files->is_array() &&
                      std::ranges::all_of(*files, [](const Json& file) { return file.is_string(); });
  if (!listed) {
    throw malformed(
        "the surface is strict in this trial: \"changed\" must list the given files other than method.cpp "
        "that were changed or removed");
  }
  if (files->empty()) return;
  const auto names = files->get<std::vector<std::string>>();
  throw Refusal(Refusal::Reason::surface,
                fmt::format("only method.cpp may be changed in this trial, and these files are not what they "
                            "were: {}; restore them from /mls/workspace (nothing was counted)",
                            fmt::format("{}", fmt::join(names, ", ")).substr(0, max_names_bytes)));
}

std::string left_text(const Supervisor& supervisor) {
  return fmt::format("Used: {}.\n", budget_text(supervisor.budget(), supervisor.used()));
}

Json submitted(Supervisor& supervisor, const Json& request) {
  require_untouched(supervisor, request);
  const Json predictions = predictions_in(request, supervisor);
  const evaluate::Method method = method_in(request);
  supervisor.submit(method, predictions);
  return {{"text", fmt::format("Submitted ({}). It is scored when the trial ends; a later submission would "
                               "replace it.\n{}",
                               method.sha256.substr(0, 12), left_text(supervisor))},
          {"method_sha256", method.sha256}};
}

Json noted(Supervisor& supervisor, const Json& request) {
  const std::string text = text_field(request, "text");
  if (text.empty()) throw malformed("\"text\" is missing: what to note");
  supervisor.note(text);
  return {{"text", "Noted.\n"}};
}

Json told_budget(Supervisor& supervisor, const Json& status) {
  const std::string what =
      status.at("submitted_sha256").is_null()
          ? "Nothing is submitted yet."
          : "Submitted: " + status.at("submitted_sha256").get<std::string>().substr(0, 12);
  return {{"text", left_text(supervisor) + what + "\n"}};
}

Json told_result(Supervisor& supervisor, const Json& status) {
  if (status.at("testing").get<bool>()) return {{"text", "The test is running.\n"}};
  if (status.at("last_test").is_null()) return {{"text", "Nothing was tested yet.\n"}};
  return {{"text", report_text(test_report_from_json(status.at("last_test")), supervisor.brief()) +
                       left_text(supervisor)}};
}

/// Texts of others may be long.
std::string name_in(const Json& request) {
  if (!request.is_object()) throw malformed("a request is a JSON object: {\"do\": \"budget\"}");
  return text_field(request, "do").substr(0, 40);
}

std::string answered(Supervisor& supervisor, std::string_view line, std::string& what) {
  Json request;
  try {
    request = parse_json(line);
  } catch (const Error& error) {
    throw malformed(fmt::format("not JSON: {}", error.what()));
  }
  what = name_in(request);
  Json reply{{"ok", true}};
  reply.update(carried_out(supervisor, what, request));
  reply["status"] = supervisor.status();
  return line_of(reply);
}

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::string number_text(std::optional<double> score) {
  return score ? fmt::format("{:.1f}", 100 * *score) : std::string("-");
}

std::string row_text(const std::string& name, std::optional<double> score,
                     const std::vector<std::pair<std::string, double>>& settings) {
  std::string text = fmt::format("{:<28} {:>6}", name.substr(0, 28), number_text(score));
  for (const auto& [id, value] : settings) text += fmt::format("  {} {:.1f}", id, 100 * value);
  return text + "\n";
}

}  // namespace

std::function<Json()> begun_test(Supervisor& supervisor, const Json& request) {
  require_untouched(supervisor, request);
  const Json predictions = predictions_in(request, supervisor);
  auto test = supervisor.begin_test(method_in(request), Json(text_field(request, "note")), predictions);
  return [&supervisor, test = std::move(test)] {
    const TestReport report = test();
    return Json{{"text", report_text(report, supervisor.brief()) + left_text(supervisor)},
                {"test", to_json(report)}};
  };
}

Json carried_out(Supervisor& supervisor, const std::string& what, const Json& request) {
  if (what == "test") return begun_test(supervisor, request)();
  if (what == "submit") return submitted(supervisor, request);
  if (what == "note") return noted(supervisor, request);
  if (what == "budget") return told_budget(supervisor, supervisor.status());
  if (what == "result") return told_result(supervisor, supervisor.status());
  throw malformed(fmt::format("\"do\" is \"{}\"; there are: test, submit, note, budget, result", what));
}

std::string base64_decoded(std::string_view text) {
  if (text.size() % 4 != 0) throw bad_input("the length of base64 is a multiple of four");
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::size_t padding = at + 4 < text.size()  ? 0
                                : text[at + 3] != '=' ? 0
                                : text[at + 2] != '=' ? 1
                                                      : 2;
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int digit = i < 4 - padding ? sextet(text[at + i]) : 0;
      if (digit < 0) throw bad_input(fmt::format("byte {} is no digit of base64", at + i));
      word = word << 6 | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t i = 0; i < 3 - padding; ++i) bytes += static_cast<char>(word >> (16 - 8 * i) & 0xff);
  }
  return bytes;
}

std::string report_text(const TestReport& report, const Brief& brief) {
  std::string text;
  if (report.status != evaluate::Status::ok) {
    text += fmt::format("A run failed ({}), which makes its setting and the whole score 0:\n{}\n\n",
                        evaluate::name_of(report.status), report.details);
  }
  text += "Metrics (means over the seeds, visible settings)\n";
  for (const auto& [setting, metrics] : report.metrics) {
    text += setting + ":";
    for (const auto& [metric, value] : metrics) text += fmt::format("  {} {:.5g}", metric, value);
    text += metrics.empty() ? "  none: every run failed\n" : "\n";
  }
  text += "\nScores of the visible settings (0 = worst baseline, 50 = best)\n";
  text += row_text("your method", report.score, report.settings);
  for (const auto& baseline : brief.baselines) {
    if (!baseline.visible) continue;
    std::vector<std::pair<std::string, double>> settings;
    for (const auto& setting : baseline.visible->settings) settings.emplace_back(setting.id, setting.score);
    text += row_text(baseline.id, baseline.visible->score, settings);
  }
  if (!brief.note.empty()) text += brief.note + "\n";
  return text;
}

std::string refusal_line(Refusal::Reason reason, const std::string& message) {
  return line_of({{"ok", false}, {"reason", name_of(reason)}, {"message", message}});
}

std::string answer(Supervisor& supervisor, std::string_view line) {
  std::string what;
  try {
    return answered(supervisor, line, what);
  } catch (const Refusal& refusal) {
    supervisor.refused(what, refusal);
    return refusal_line(refusal.reason(), refusal.what());
  } catch (const std::exception&) {
    supervisor.fail(std::current_exception());
    return refusal_line(Refusal::Reason::over, "the benchmark failed: the trial is interrupted");
  }
}

}  // namespace mls::trial
