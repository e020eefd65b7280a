#include "report/evaluation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "report/format.hpp"
#include "report/table.hpp"

namespace mls::report {
namespace {

using evaluate::Evaluation;
using evaluate::RunRecord;
using evaluate::Status;

const score::SettingScore* find_setting(const store::Scored& scored, const std::string& id) {
  if (!scored.score) return nullptr;
  const auto& settings = scored.score->settings;
  const auto at =
      std::find_if(settings.begin(), settings.end(), [&](const auto& one) { return one.id == id; });
  return at == settings.end() ? nullptr : &*at;
}

std::vector<const RunRecord*> runs_of(const Evaluation& evaluation, const std::string& setting) {
  std::vector<const RunRecord*> runs;
  for (const auto& run : evaluation.runs) {
    if (run.setting == setting) runs.push_back(&run);
  }
  return runs;
}

Json run_json(const RunRecord& run) {
  Json metrics = Json::object();
  for (const auto& [name, value] : run.metrics) metrics[name] = value;
  return {{"seed", run.seed},       {"status", evaluate::name_of(run.status)},
          {"metrics", metrics},     {"wall_s", run.wall_s},
          {"cpu_s", run.cpu_s},     {"rss_mb", run.rss_mb},
          {"message", run.message}, {"cached", run.cached}};
}

/// Of each run of the setting; the CPU seconds are null where every run came from the cache.
Json limits_json(const task::Task& task, const Evaluation& evaluation, const std::string& setting) {
  const auto cpu_s = evaluation.cpu_budget_s.find(setting);
  return {{"wall_s", task.limits.wall_s},
          {"cpu_s", cpu_s == evaluation.cpu_budget_s.end() ? Json(nullptr) : Json(cpu_s->second)},
          {"memory_mb", task.memory_mb(task.setting(setting))}};
}

std::string metric_cell(const std::vector<const RunRecord*>& runs, const std::string& metric) {
  std::vector<double> values;
  for (const auto* run : runs) {
    if (const auto at = run->metrics.find(metric); at != run->metrics.end()) values.push_back(at->second);
  }
  if (values.empty()) return "–";
  const auto [mean, error] = mean_and_error(values);
  if (values.size() < 2) return metric_text(mean);
  return fmt::format("{} ± {}", metric_text(mean), fmt::format("{:.2g}", error));
}

std::string setting_name(const task::Setting& setting) {
  return setting.id + (setting.hidden ? " (hidden)" : "");
}

std::string headline(const Evaluation& evaluation, const store::Scored& scored) {
  double cpu_s = 0;
  std::size_t cached = 0;
  std::size_t ok = 0;
  for (const auto& run : evaluation.runs) {
    cpu_s += run.cpu_s;
    cached += run.cached ? 1 : 0;
    ok += run.status == Status::ok ? 1 : 0;
  }
  std::string line =
      scored.score ? fmt::format("score {}", score_text(scored.score->score, scored.score->standard_error))
                   : std::string("no score");
  line += fmt::format("   {}, {} ok", count_text(evaluation.runs.size(), "run"), ok);
  if (cached > 0) line += fmt::format(", {} from the cache", cached);
  return line + fmt::format(", {} of CPU\n", duration_text(cpu_s));
}

}  // namespace

Json evaluation_json(const task::Task& task, const Evaluation& evaluation, const store::Scored& scored) {
  Json settings = Json::array();
  for (const auto& setting : task.settings) {
    const auto runs = runs_of(evaluation, setting.id);
    if (runs.empty()) continue;
    const auto* score = find_setting(scored, setting.id);
    Json list = Json::array();
    for (const auto* run : runs) list.push_back(run_json(*run));
    settings.push_back({{"id", setting.id},
                        {"hidden", setting.hidden},
                        {"score", score != nullptr ? Json(100 * score->score) : Json(nullptr)},
                        {"score_se", score != nullptr ? Json(100 * score->standard_error) : Json(nullptr)},
                        {"limits", limits_json(task, evaluation, setting.id)},
                        {"runs", std::move(list)}});
  }
  return {{"task", evaluation.task},
          {"method_sha256", evaluation.method_sha256},
          {"score", scored.score ? Json(100 * scored.score->score) : Json(nullptr)},
          {"score_se", scored.score ? Json(100 * scored.score->standard_error) : Json(nullptr)},
          {"settings", std::move(settings)},
          {"task_sha256", evaluation.task_sha256},
          {"seal", evaluation.seal},
          {"versions", evaluation.versions},
          {"note", scored.note}};
}

std::string failures_text(const Evaluation& evaluation) {
  struct Group {
    Status status;
    std::string setting;
    std::string message;
    std::vector<int> seeds;
  };
  std::vector<Group> groups;
  for (const auto& run : evaluation.runs) {
    if (run.status == Status::ok) continue;
    // What concerns the whole submission is said once.
    const bool whole = run.status == Status::compile_error || run.status == Status::rejected;
    const std::string setting = whole ? "" : run.setting;
    const auto at = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.status == run.status && group.setting == setting && group.message == run.message;
    });
    if (at == groups.end()) {
      groups.push_back({run.status, setting, run.message, {run.seed}});
    } else {
      at->seeds.push_back(run.seed);
    }
  }
  std::string text;
  for (const auto& group : groups) {
    text += group.setting.empty() ? fmt::format("{}:", evaluate::name_of(group.status))
                                  : fmt::format("{} in {} (seed {}):", evaluate::name_of(group.status),
                                                group.setting, fmt::join(group.seeds, ", "));
    const bool lines = group.message.find('\n') != std::string::npos;
    text += (lines ? "\n" : " ") + group.message;
    if (text.back() != '\n') text += '\n';
  }
  return text;
}

std::string evaluation_text(const task::Task& task, const Evaluation& evaluation,
                            const store::Scored& scored) {
  std::vector<Table::Column> columns{{"setting", Align::left}, {"score"}};
  for (const auto& metric : task.metrics) {
    columns.push_back({metric.id + (metric.direction == task::Direction::lower ? " ↓" : " ↑")});
  }
  columns.push_back({"CPU"});
  Table table(columns);
  for (const auto& setting : task.settings) {
    const auto runs = runs_of(evaluation, setting.id);
    if (runs.empty()) continue;
    const auto* score = find_setting(scored, setting.id);
    std::vector<std::string> cells{
        setting_name(setting),
        score != nullptr ? score_text(score->score, score->standard_error) : score_text(std::nullopt)};
    for (const auto& metric : task.metrics) cells.push_back(metric_cell(runs, metric.id));
    double cpu_s = 0;
    for (const auto* run : runs) cpu_s += run->cpu_s;
    cells.push_back(duration_text(cpu_s));
    table.row(std::move(cells));
  }
  std::string text =
      fmt::format("{} ({})\n{}\n{}", task.title, task.id, headline(evaluation, scored), table.text());
  if (const std::string failures = failures_text(evaluation); !failures.empty()) text += "\n" + failures;
  if (!scored.note.empty()) text += fmt::format("\nnote: {}\n", scored.note);
  return text;
}

std::string beside_baselines_text(const task::Task& task, const score::TaskScore& score,
                                  const std::vector<score::BaselineScore>& baselines) {
  std::vector<Table::Column> columns{{"method", Align::left}, {"score"}};
  for (const auto& setting : score.settings) columns.push_back({setting.id});
  struct Row {
    std::string name;
    const score::TaskScore* score;
  };
  std::vector<Row> rows{{"your method", &score}};
  for (const auto& baseline : baselines) {
    rows.push_back({baseline.id + (task.baseline(baseline.id).start ? " (start)" : ""), &baseline.score});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(-a.score->score, a.name) < std::pair(-b.score->score, b.name);
  });
  Table table(columns);
  for (const auto& row : rows) {
    const bool yours = row.score == &score;
    std::vector<std::string> cells{(yours ? "▸ " : "  ") + row.name,
                                   score_text(row.score->score, row.score->standard_error)};
    for (const auto& column : score.settings) {
      const auto& settings = row.score->settings;
      const auto at = std::find_if(settings.begin(), settings.end(),
                                   [&](const auto& one) { return one.id == column.id; });
      cells.push_back(at == settings.end() ? "–" : score_text(at->score, at->standard_error));
    }
    table.row(std::move(cells));
  }
  return table.text();
}

}  // namespace mls::report
