#include "report/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.hpp"
#include "report/table.hpp"

namespace mls::report {
namespace {

Json summary_json(const task::Task& task) {
  Json settings = Json::array();
  for (const auto& setting : task.settings)
    settings.push_back({{"id", setting.id}, {"hidden", setting.hidden}});
  Json baselines = Json::array();
  for (const auto& baseline : task.baselines) baselines.push_back(baseline.id);
  return {{"id", task.id},     {"area", task.area}, {"title", task.title},  {"protocol", task.protocol},
          {"tier", task.tier}, {"lite", task.lite}, {"settings", settings}, {"baselines", baselines}};
}

std::string_view name_of(task::Direction direction) {
  return direction == task::Direction::lower ? "lower" : "higher";
}

std::vector<score::BaselineScore> scores_of(const store::Yardstick& yardstick) {
  if (!yardstick.calibration) return {};
  return score::baseline_scores(yardstick.task, *yardstick.calibration, false);
}

const score::BaselineScore* find_score(const std::vector<score::BaselineScore>& scores,
                                       const std::string& id) {
  const auto at = std::find_if(scores.begin(), scores.end(), [&](const auto& one) { return one.id == id; });
  return at == scores.end() ? nullptr : &*at;
}

std::string terms_text(const task::Setting& setting) {
  double total = 0;
  for (const auto& term : setting.terms) total += term.weight;
  std::string text;
  for (const auto& term : setting.terms) {
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", term.metric, 100 * term.weight / total);
  }
  return text;
}

}  // namespace

Json tasks_json(const std::vector<task::Task>& tasks) {
  Json json = Json::array();
  for (const auto& task : tasks) json.push_back(summary_json(task));
  return json;
}

std::string tasks_text(const std::vector<task::Task>& tasks) {
  Table table({{"task", Align::left},
               {"title", Align::left},
               {"area", Align::left},
               {"protocol", Align::left},
               {"tier", Align::left},
               {"settings"},
               {"hidden"},
               {"baselines"},
               {"lite", Align::left}});
  for (const auto& task : tasks) {
    const auto hidden =
        std::count_if(task.settings.begin(), task.settings.end(), [](const auto& one) { return one.hidden; });
    table.row({task.id, task.title, task.area, task.protocol, task.tier,
               fmt::format("{}", task.settings.size()), fmt::format("{}", hidden),
               fmt::format("{}", task.baselines.size()), task.lite ? "yes" : ""});
  }
  return table.text();
}

Json task_json(const store::Yardstick& yardstick) {
  const task::Task& task = yardstick.task;
  Json json = summary_json(task);
  json["question"] = task.question;
  json["seeds"] = task.seeds;
  json["packs"] = task.packs;
  json["limits"] = {
      {"wall_s", task.limits.wall_s}, {"cpu_s", task.limits.cpu_s}, {"memory_mb", task.limits.memory_mb}};
  json["metrics"] = Json::array();
  for (const auto& metric : task.metrics) {
    json["metrics"].push_back(
        {{"id", metric.id}, {"direction", name_of(metric.direction)}, {"description", metric.description}});
  }
  json["settings"] = Json::array();
  for (const auto& setting : task.settings) {
    json["settings"].push_back({{"id", setting.id},
                                {"hidden", setting.hidden},
                                {"axis", setting.axis},
                                {"description", setting.description}});
  }
  const auto scores = scores_of(yardstick);
  json["baselines"] = Json::array();
  for (const auto& baseline : task.baselines) {
    const auto* score = find_score(scores, baseline.id);
    json["baselines"].push_back(
        {{"id", baseline.id},
         {"title", baseline.title},
         {"source", baseline.source},
         {"start", baseline.start},
         {"score", score != nullptr ? Json(100 * score->score.score) : Json(nullptr)},
         {"score_se", score != nullptr ? Json(100 * score->score.standard_error) : Json(nullptr)}});
  }
  json["calibrated"] = yardstick.calibration.has_value();
  json["task_sha256"] = yardstick.task_sha256;
  json["folder"] = task.folder.string();
  return json;
}

std::string task_text(const store::Yardstick& yardstick) {
  const task::Task& task = yardstick.task;
  std::string text = fmt::format("{}\n{}\n\n{}\n\n", task.title, task.id, task.question);
  text += fmt::format("area      {}\nprotocol  {}\ntier      {}{}\nseeds     {} per setting\n", task.area,
                      task.protocol, task.tier, task.lite ? ", in the Lite subset" : "", task.seeds);
  text += fmt::format("limits    {} s, {} s of CPU, {} MiB per run\n", task.limits.wall_s, task.limits.cpu_s,
                      task.limits.memory_mb);
  std::string packs;
  for (const auto& pack : task.packs) packs += (packs.empty() ? "" : ", ") + pack;
  text += fmt::format("data      {}\nfolder    {}\n\n", packs.empty() ? "generated" : packs,
                      task.folder.string());

  Table metrics({{"metric", Align::left}, {"better", Align::left}, {"what it is", Align::left}});
  for (const auto& metric : task.metrics)
    metrics.row({metric.id, std::string(name_of(metric.direction)), metric.description});
  text += metrics.text() + "\n";

  Table settings({{"setting", Align::left},
                  {"differs in", Align::left},
                  {"scored on", Align::left},
                  {"what it is", Align::left}});
  for (const auto& setting : task.settings) {
    settings.row({setting.id + (setting.hidden ? " (hidden)" : ""), setting.axis, terms_text(setting),
                  setting.description});
  }
  text += settings.text() + "\n";

  const auto scores = scores_of(yardstick);
  Table baselines({{"baseline", Align::left}, {"score"}, {"method", Align::left}, {"source", Align::left}});
  for (const auto& baseline : task.baselines) {
    const auto* score = find_score(scores, baseline.id);
    baselines.row({baseline.id + (baseline.start ? " (start)" : ""),
                   score != nullptr ? score_text(score->score.score, score->score.standard_error)
                                    : score_text(std::nullopt),
                   baseline.title, baseline.source});
  }
  text += baselines.text();
  if (!yardstick.note.empty()) text += fmt::format("note: {}\n", yardstick.note);
  return text;
}

}  // namespace mls::report
