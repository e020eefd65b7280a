#include "report/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "report/format.hpp"
#include "report/table.hpp"
#include "store/run_folder.hpp"
#include "task/nearest.hpp"

namespace mls::report {
namespace {

constexpr std::string_view baseline_prefix = "baseline:";
constexpr double tie = 1e-9;  // scores that differ by less differ by rounding

template <typename Row>
const Row* find_row(const std::vector<Row>& rows, std::string_view name, bool submission) {
  const auto at = std::ranges::find_if(rows, [&](const Row& row) {
    return row.name == name && (row.kind == RowKind::submission) == submission;
  });
  return at == rows.end() ? nullptr : &*at;
}

template <typename Row>
Error nobody(const std::vector<Row>& rows, std::string_view name, std::string_view where) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return usage_error(fmt::format("nothing called \"{}\" has a score {}; there are {}", name, where,
                                 fmt::join(task::nearest(name, names, 8), ", ")));
}

const TaskRow& row_named(const TaskBoard& board, std::string_view name) {
  const bool baseline_only = name.starts_with(baseline_prefix);
  const std::string_view id = baseline_only ? name.substr(baseline_prefix.size()) : name;
  const TaskRow* row = baseline_only ? nullptr : find_row(board.rows, id, true);
  if (row == nullptr) row = find_row(board.rows, id, false);
  if (row == nullptr) throw nobody(board.rows, name, "on " + board.task);
  return *row;
}

const BoardRow& row_named(const Board& board, std::string_view name) {
  const BoardRow* row = find_row(board.rows, name, true);
  if (row == nullptr) row = find_row(board.rows, name, false);
  if (row == nullptr) throw nobody(board.rows, name, "on any task");
  return *row;
}

score::Runs runs_of(const score::BaselineRecord& record) {
  score::Runs runs;
  for (const auto& [setting, seeds] : record.settings) {
    for (const auto& run : seeds) runs[setting].push_back(run.metrics);
  }
  return runs;
}

score::Runs runs_of(const std::filesystem::path& home, const score::Calibration& calibration,
                    const TaskRow& row) {
  if (row.kind == RowKind::submission)
    return store::load_result(store::runs_folder(home) / row.run).evaluation.by_setting();
  return runs_of(*std::ranges::find(calibration.baselines, row.name, &score::BaselineRecord::id));
}

std::string interval_text(const std::optional<score::Interval>& interval) {
  if (!interval) return "";
  return fmt::format("{} … {}", difference_text(interval->low), difference_text(interval->high));
}

std::string cell_text(const std::optional<Cell>& cell) {
  return cell ? score_text(cell->score, cell->standard_error) : score_text(std::nullopt);
}

/// What an interval says in words.
std::string verdict_text(const std::string& first, const std::string& second, double difference,
                         const std::optional<score::Interval>& interval) {
  if (!interval) return "one pair says nothing about spread, so there is no interval";
  const bool sure = interval->low > 0 || interval->high < 0;
  if (!sure) return "the interval holds 0: these runs do not tell them apart";
  return difference > 0 ? fmt::format("{} is better than {}", first, second)
                        : fmt::format("{} is better than {}", second, first);
}

Json cell_json(const std::optional<Cell>& cell) {
  if (!cell) return nullptr;
  return {{"score", 100 * cell->score}, {"score_se", 100 * cell->standard_error}};
}

Json interval_json(const std::optional<score::Interval>& interval) {
  if (!interval) return nullptr;
  return {100 * interval->low, 100 * interval->high};
}

template <typename Counts>
void add_counts(Json& json, const Counts& counts) {
  json["wins"] = counts.wins;
  json["ties"] = counts.ties;
  json["losses"] = counts.losses;
}

void add_difference(Json& json, const score::Difference& difference) {
  json["difference"] = 100 * difference.value;
  json["difference_se"] = 100 * difference.standard_error;
  json["interval"] = interval_json(difference.interval);
}

}  // namespace

TaskComparison compare_on(const std::filesystem::path& home, const store::Yardstick& yardstick,
                          const store::Snapshot& snapshot, const std::optional<std::string>& seal,
                          std::string_view first, std::string_view second) {
  if (!yardstick.calibration) throw bad_input(yardstick.note);
  const TaskBoard board = task_board_of(yardstick, snapshot, seal);
  TaskComparison comparison{board.task,     board.title, row_named(board, first), row_named(board, second),
                            board.settings, {}};
  const score::Scorer scorer(yardstick.task, *yardstick.calibration);
  comparison.paired = scorer.compare(runs_of(home, *yardstick.calibration, comparison.first),
                                     runs_of(home, *yardstick.calibration, comparison.second), tie);
  return comparison;
}

BoardComparison compare_over(const Board& board, std::string_view first, std::string_view second) {
  const BoardRow& one = row_named(board, first);
  const BoardRow& other = row_named(board, second);
  BoardComparison comparison{one.name, other.name, {}, 0, 0, {}};
  std::vector<double> scores;
  std::vector<double> others;
  for (std::size_t i = 0; i < board.tasks.size(); ++i) {
    const auto& a = one.tasks[i];
    const auto& b = other.tasks[i];
    comparison.only_first += a && !b ? 1 : 0;
    comparison.only_second += b && !a ? 1 : 0;
    if (!a || !b) continue;
    comparison.tasks.push_back({board.tasks[i], *a, *b});
    scores.push_back(a->score);
    others.push_back(b->score);
  }
  comparison.total = score::compare(scores, others, tie);
  return comparison;
}

std::string text_of(const TaskComparison& comparison) {
  const auto& [task, title, first, second, settings, paired] = comparison;
  Table table({{"setting", Align::left}, {first.name}, {second.name}, {"difference"}, {"95 % interval"}});
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& difference = paired.settings[i].difference;
    table.row({settings[i].id + (settings[i].hidden ? " (hidden)" : ""), cell_text(first.settings[i]),
               cell_text(second.settings[i]), difference_text(difference.value),
               interval_text(difference.interval)});
  }
  table.rule();
  table.row({"task", cell_text(first.total), cell_text(second.total), difference_text(paired.task.value),
             interval_text(paired.task.interval)});
  return fmt::format(
      "{} ({})\n{}\n{} against {}: {}\nruns of the same setting and seed: wins {}, ties {}, losses {}\n",
      title, task, table.text(), first.name, second.name,
      verdict_text(first.name, second.name, paired.task.value, paired.task.interval), paired.wins,
      paired.ties, paired.losses);
}

std::string text_of(const BoardComparison& comparison) {
  const auto& [first, second, tasks, only_first, only_second, total] = comparison;
  if (tasks.empty()) return fmt::format("{} and {} were evaluated on no task in common\n", first, second);
  Table table({{"task", Align::left}, {first}, {second}, {"difference"}});
  double sum = 0;
  double other_sum = 0;
  for (const auto& row : tasks) {
    table.row({row.task.id, cell_text(row.first), cell_text(row.second),
               difference_text(row.first.score - row.second.score)});
    sum += row.first.score;
    other_sum += row.second.score;
  }
  const auto count = static_cast<double>(tasks.size());
  table.rule();
  table.row({"mean of " + count_text(tasks.size(), "task"), score_text(sum / count),
             score_text(other_sum / count), difference_text(total.difference)});
  std::string text = table.text();
  if (total.interval) text += fmt::format("\n95 % interval over tasks: {}\n", interval_text(total.interval));
  text += fmt::format("{} against {}: {}\ntasks: wins {}, ties {}, losses {}\n", first, second,
                      verdict_text(first, second, total.difference, total.interval), total.wins, total.ties,
                      total.losses);
  if (only_first + only_second > 0) {
    text += fmt::format("left out: {} that only {} was evaluated on, {} that only {} was\n",
                        count_text(static_cast<std::size_t>(only_first), "task"), first, only_second, second);
  }
  return text;
}

Json to_json(const TaskComparison& comparison) {
  const auto side = [](const TaskRow& row) {
    Json json = cell_json(row.total);
    json["name"] = row.name;
    json["kind"] = name_of(row.kind);
    json["run"] = row.run.empty() ? Json(nullptr) : Json(row.run);
    return json;
  };
  Json settings = Json::array();
  for (std::size_t i = 0; i < comparison.settings.size(); ++i) {
    Json setting{{"id", comparison.settings[i].id},
                 {"hidden", comparison.settings[i].hidden},
                 {"first", cell_json(comparison.first.settings[i])},
                 {"second", cell_json(comparison.second.settings[i])}};
    add_difference(setting, comparison.paired.settings[i].difference);
    settings.push_back(std::move(setting));
  }
  Json json{{"task", comparison.task},
            {"first", side(comparison.first)},
            {"second", side(comparison.second)},
            {"pairs", "runs"},
            {"settings", std::move(settings)}};
  add_difference(json, comparison.paired.task);
  add_counts(json, comparison.paired);
  return json;
}

Json to_json(const BoardComparison& comparison) {
  Json tasks = Json::array();
  for (const auto& row : comparison.tasks) {
    tasks.push_back({{"id", row.task.id},
                     {"area", row.task.area},
                     {"first", cell_json(row.first)},
                     {"second", cell_json(row.second)},
                     {"difference", 100 * (row.first.score - row.second.score)}});
  }
  Json json{{"first", {{"name", comparison.first}}},
            {"second", {{"name", comparison.second}}},
            {"pairs", "tasks"},
            {"difference", 100 * comparison.total.difference},
            {"difference_se", 100 * comparison.total.standard_error},
            {"interval", interval_json(comparison.total.interval)},
            {"tasks", std::move(tasks)},
            {"only_first", comparison.only_first},
            {"only_second", comparison.only_second}};
  add_counts(json, comparison.total);
  return json;
}

}  // namespace mls::report
