#include "report/leaderboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "report/format.hpp"
#include "report/table.hpp"
#include "score/score.hpp"

namespace mls::report {
namespace {

using store::Entry;
using store::Standing;
using store::Yardstick;

/// Latest ranked submission by label; `skipped` counts those that cannot be compared.
struct Counted {
  std::map<std::string, const Entry*> latest;
  int outdated = 0;
  int unscored = 0;
  int other_seal = 0;
};

Counted submissions_to(const Yardstick& yardstick, const store::Snapshot& snapshot,
                       const std::optional<std::string>& seal) {
  Counted counted;
  const std::string wanted = seal                    ? *seal
                             : yardstick.calibration ? yardstick.calibration->seal
                                                     : std::string();
  for (const auto& entry : snapshot.entries) {
    if (entry.task != yardstick.task.id) continue;
    if (entry.standing == Standing::outdated) {
      ++counted.outdated;
    } else if (entry.standing != Standing::scored || !yardstick.calibration) {
      ++counted.unscored;
    } else if (entry.seal != wanted) {
      ++counted.other_seal;
    } else {
      counted.latest[entry.label] = &entry;  // entries come oldest first
    }
  }
  return counted;
}

void add_notes(std::vector<std::string>& notes, const Yardstick& yardstick, const Counted& counted) {
  const std::string& id = yardstick.task.id;
  const auto add = [&](int count, std::string_view why) {
    if (count > 0)
      notes.push_back(
          fmt::format("{}: {} {}", id, count_text(static_cast<std::size_t>(count), "submission"), why));
  };
  if (!yardstick.note.empty()) notes.push_back(yardstick.note);
  add(counted.outdated, "to an earlier version of the task left out; submit again to compare");
  add(counted.unscored, "without a score left out");
  add(counted.other_seal, "under another seal left out; see them with --seal ID");
}

Cell mean_of(const std::vector<Cell>& cells) {
  Cell mean;
  double squares = 0;
  for (const auto& cell : cells) {
    mean.score += cell.score;
    squares += cell.standard_error * cell.standard_error;
  }
  const auto n = static_cast<double>(cells.size());
  mean.score /= n;
  mean.standard_error = std::sqrt(squares) / n;
  return mean;
}

Cell cell_of(const score::TaskScore& score) { return {score.score, score.standard_error}; }

const score::BaselineScore& best_of(const std::vector<score::BaselineScore>& scores) {
  return *std::max_element(scores.begin(), scores.end(),
                           [](const auto& a, const auto& b) { return a.score.score < b.score.score; });
}

/// Fills areas, overall, coverage and the difference to human SOTA from the tasks' cells.
void aggregate(BoardRow& row, const Board& board, const BoardRow& human) {
  std::vector<Cell> areas;
  std::vector<Cell> differences;
  for (const auto& area : board.areas) {
    std::vector<Cell> tasks;
    std::vector<Cell> gaps;
    for (std::size_t i = 0; i < board.tasks.size(); ++i) {
      const auto& cell = row.tasks[i];
      const auto& best = human.tasks[i];
      if (board.tasks[i].area != area || !cell || !best) continue;
      ++row.covered;
      tasks.push_back(*cell);
      gaps.push_back({cell->score - best->score, 0});
    }
    if (tasks.empty()) {
      row.areas.emplace_back(std::nullopt);
      continue;
    }
    areas.push_back(mean_of(tasks));
    row.areas.emplace_back(areas.back());
    differences.push_back(mean_of(gaps));
  }
  if (areas.empty()) return;
  row.overall = mean_of(areas);
  row.versus_human = mean_of(differences).score;
}

void sort_rows(Board& board) {
  const auto key = [](const BoardRow& row) {
    return std::tuple(-row.covered, row.overall ? -row.overall->score : 1.0, static_cast<int>(row.kind),
                      row.name);
  };
  std::sort(board.rows.begin(), board.rows.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto complete = [&](const BoardRow& row) {
    return row.kind == RowKind::submission && row.covered == static_cast<int>(board.tasks.size());
  };
  for (auto& row : board.rows) {
    if (!complete(row)) continue;
    row.place =
        1 + static_cast<int>(std::count_if(board.rows.begin(), board.rows.end(), [&](const auto& other) {
          return complete(other) && other.overall->score > row.overall->score;
        }));
  }
}

Json cell_json(const std::optional<Cell>& cell) {
  if (!cell) return nullptr;
  return {{"score", 100 * cell->score}, {"score_se", 100 * cell->standard_error}};
}

std::string cell_text(const std::optional<Cell>& cell) {
  return cell ? score_text(cell->score, cell->standard_error) : score_text(std::nullopt);
}

std::string csv_number(std::optional<double> value) { return value ? fmt::format("{:.4f}", *value) : ""; }

void add_csv(std::vector<std::string>& cells, const std::optional<Cell>& cell) {
  cells.push_back(cell ? csv_number(100 * cell->score) : "");
  cells.push_back(cell ? csv_number(100 * cell->standard_error) : "");
}

std::string notes_text(const std::vector<std::string>& notes) {
  std::string text;
  for (const auto& note : notes) text += fmt::format("note: {}\n", note);
  return text;
}

std::string area_abbreviation(const std::string& id) {
  for (const auto& area : task::areas()) {
    if (area.id == id) return std::string(area.abbreviation);
  }
  return id;
}

}  // namespace

std::string_view name_of(RowKind kind) {
  switch (kind) {
    case RowKind::human_sota:
      return "human_sota";
    case RowKind::start:
      return "start";
    case RowKind::baseline:
      return "baseline";
    case RowKind::submission:
      return "submission";
  }
  return "submission";
}

double cpu_seconds(const score::BaselineRecord& record) {
  double total = 0;
  for (const auto& [setting, runs] : record.settings) {
    for (const auto& run : runs) total += run.cpu_s;
  }
  return total;
}

Board board_of(const store::Yardsticks& yardsticks, const store::Snapshot& snapshot,
               const std::optional<std::string>& seal) {
  Board board;
  BoardRow human{"human SOTA", RowKind::human_sota, {}, {}, 0, {}, {}, {}, 0};
  BoardRow start{"starting point", RowKind::start, {}, {}, 0, {}, {}, {}, 0};
  std::map<std::string, BoardRow> rows;
  for (const auto& yardstick : yardsticks.all()) {
    const Counted counted = submissions_to(yardstick, snapshot, seal);
    add_notes(board.notes, yardstick, counted);
    if (!yardstick.calibration) continue;
    const std::size_t column = board.tasks.size();
    board.tasks.push_back({yardstick.task.id, yardstick.task.title, yardstick.task.area});
    const auto scores = score::baseline_scores(yardstick.task, *yardstick.calibration, false);
    const auto& best = best_of(scores);
    human.tasks.emplace_back(cell_of(best.score));
    start.tasks.emplace_back(std::nullopt);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double cpu_s = cpu_seconds(yardstick.calibration->baselines[i]);
      if (scores[i].id == best.id) human.cpu_s += cpu_s;
      if (!yardstick.task.baseline(scores[i].id).start) continue;
      start.tasks.back() = cell_of(scores[i].score);
      start.cpu_s += cpu_s;
    }
    for (const auto& [label, entry] : counted.latest) {
      BoardRow& row = rows[label];
      row.name = label;
      row.tasks.resize(column);
      row.tasks.emplace_back(Cell{entry->score.value_or(0), entry->standard_error});
      row.cpu_s += entry->cpu_s;
    }
  }
  for (const auto& area : task::areas()) {
    const bool used = std::any_of(board.tasks.begin(), board.tasks.end(),
                                  [&](const auto& task) { return task.area == area.id; });
    if (used) board.areas.emplace_back(area.id);
  }
  if (board.tasks.empty()) return board;
  for (auto& [label, row] : rows) {
    row.tasks.resize(board.tasks.size());
    board.rows.push_back(std::move(row));
  }
  board.rows.push_back(start);
  board.rows.push_back(human);
  for (auto& row : board.rows) aggregate(row, board, human);
  sort_rows(board);
  return board;
}

TaskBoard task_board_of(const Yardstick& yardstick, const store::Snapshot& snapshot,
                        const std::optional<std::string>& seal) {
  TaskBoard board{yardstick.task.id, yardstick.task.title, {}, {}, {}};
  for (const auto& setting : yardstick.task.settings) board.settings.push_back({setting.id, setting.hidden});
  const Counted counted = submissions_to(yardstick, snapshot, seal);
  add_notes(board.notes, yardstick, counted);
  if (!yardstick.calibration) return board;

  const auto add = [&](TaskRow row, const auto& settings) {
    for (const auto& column : board.settings) {
      const auto at = std::find_if(settings.begin(), settings.end(),
                                   [&](const auto& one) { return one.id == column.id; });
      row.settings.push_back(at == settings.end() ? std::nullopt
                                                  : std::optional(Cell{at->score, at->standard_error}));
    }
    board.rows.push_back(std::move(row));
  };
  const auto scores = score::baseline_scores(yardstick.task, *yardstick.calibration, false);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool start = yardstick.task.baseline(scores[i].id).start;
    add({scores[i].id,
         start ? RowKind::start : RowKind::baseline,
         0,
         cell_of(scores[i].score),
         {},
         cpu_seconds(yardstick.calibration->baselines[i]),
         "",
         ""},
        scores[i].score.settings);
  }
  for (const auto& [label, entry] : counted.latest) {
    add({label,
         RowKind::submission,
         0,
         {entry->score.value_or(0), entry->standard_error},
         {},
         entry->cpu_s,
         entry->created,
         entry->id},
        entry->settings);
  }
  std::sort(board.rows.begin(), board.rows.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.total.score, -static_cast<int>(a.kind), a.name) <
           std::tuple(-b.total.score, -static_cast<int>(b.kind), b.name);
  });
  for (auto& row : board.rows) {
    row.place =
        1 + static_cast<int>(std::count_if(board.rows.begin(), board.rows.end(), [&](const auto& other) {
          return other.total.score > row.total.score;
        }));
  }
  return board;
}

std::string text_of(const Board& board) {
  if (board.tasks.empty()) return "No task has a usable calibration.\n" + notes_text(board.notes);
  // A table for a terminal: areas as columns, or tasks while they are few.
  const bool by_task = board.tasks.size() <= 4;
  std::vector<Table::Column> columns{{"#"}, {"method", Align::left}, {"overall"}, {"vs human"}, {"tasks"}};
  if (by_task) {
    for (const auto& task : board.tasks) columns.push_back({task.id});
  } else {
    for (const auto& area : board.areas) columns.push_back({area_abbreviation(area)});
  }
  Table table(columns);
  int previous = static_cast<int>(board.tasks.size());
  for (const auto& row : board.rows) {
    if (row.covered < static_cast<int>(board.tasks.size()) &&
        previous == static_cast<int>(board.tasks.size()))
      table.rule();
    previous = row.covered;
    std::vector<std::string> cells{row.place ? fmt::format("{}", *row.place) : "", row.name,
                                   cell_text(row.overall),
                                   row.kind == RowKind::human_sota ? "" : difference_text(row.versus_human),
                                   fmt::format("{}/{}", row.covered, board.tasks.size())};
    for (const auto& cell : by_task ? row.tasks : row.areas) {
      cells.push_back(by_task ? cell_text(cell)
                              : score_text(cell ? std::optional(cell->score) : std::nullopt));
    }
    table.row(std::move(cells));
  }
  return table.text() + notes_text(board.notes);
}

std::string text_of(const TaskBoard& board) {
  std::string text = fmt::format("{} ({})\n", board.title, board.task);
  if (board.rows.empty()) return text + notes_text(board.notes);
  std::vector<Table::Column> columns{{"#"}, {"method", Align::left}, {"score"}};
  for (const auto& setting : board.settings)
    columns.push_back({setting.id + (setting.hidden ? " (hidden)" : "")});
  columns.push_back({"CPU"});
  Table table(columns);
  for (const auto& row : board.rows) {
    const bool submission = row.kind == RowKind::submission;
    std::vector<std::string> cells{
        fmt::format("{}", row.place),
        (submission ? "▸ " : "  ") + row.name + (row.kind == RowKind::start ? " (start)" : ""),
        cell_text(row.total)};
    for (const auto& cell : row.settings) cells.push_back(cell_text(cell));
    cells.push_back(duration_text(row.cpu_s));
    table.row(std::move(cells));
  }
  return text + table.text() + notes_text(board.notes);
}

Json to_json(const Board& board) {
  Json rows = Json::array();
  for (const auto& row : board.rows) {
    Json areas = Json::object();
    for (std::size_t i = 0; i < board.areas.size(); ++i) areas[board.areas[i]] = cell_json(row.areas[i]);
    Json cells = Json::object();
    for (std::size_t i = 0; i < board.tasks.size(); ++i) cells[board.tasks[i].id] = cell_json(row.tasks[i]);
    rows.push_back({{"place", row.place ? Json(*row.place) : Json(nullptr)},
                    {"name", row.name},
                    {"kind", name_of(row.kind)},
                    {"score", row.overall ? Json(100 * row.overall->score) : Json(nullptr)},
                    {"score_se", row.overall ? Json(100 * row.overall->standard_error) : Json(nullptr)},
                    {"versus_human", row.versus_human ? Json(100 * *row.versus_human) : Json(nullptr)},
                    {"tasks_covered", row.covered},
                    {"tasks_total", board.tasks.size()},
                    {"areas", std::move(areas)},
                    {"tasks", std::move(cells)},
                    {"cpu_s", row.cpu_s}});
  }
  return rows;
}

Json to_json(const TaskBoard& board) {
  Json rows = Json::array();
  for (const auto& row : board.rows) {
    Json settings = Json::array();
    for (std::size_t i = 0; i < board.settings.size(); ++i) {
      const auto& cell = row.settings[i];
      settings.push_back({{"id", board.settings[i].id},
                          {"hidden", board.settings[i].hidden},
                          {"score", cell ? Json(100 * cell->score) : Json(nullptr)},
                          {"score_se", cell ? Json(100 * cell->standard_error) : Json(nullptr)}});
    }
    rows.push_back({{"place", row.place},
                    {"name", row.name},
                    {"kind", name_of(row.kind)},
                    {"task", board.task},
                    {"score", 100 * row.total.score},
                    {"score_se", 100 * row.total.standard_error},
                    {"settings", std::move(settings)},
                    {"cpu_s", row.cpu_s},
                    {"created", row.created.empty() ? Json(nullptr) : Json(row.created)},
                    {"run", row.run.empty() ? Json(nullptr) : Json(row.run)}});
  }
  return rows;
}

std::string csv_of(const Board& board) {
  std::vector<std::string> head{"place",        "name",          "kind",        "score", "score_se",
                                "versus_human", "tasks_covered", "tasks_total", "cpu_s"};
  for (const auto& area : board.areas) head.insert(head.end(), {area, area + " se"});
  for (const auto& task : board.tasks) head.insert(head.end(), {task.id, task.id + " se"});
  std::string csv = csv_line(head);
  for (const auto& row : board.rows) {
    std::vector<std::string> cells{row.place ? fmt::format("{}", *row.place) : "", row.name,
                                   std::string(name_of(row.kind))};
    add_csv(cells, row.overall);
    cells.push_back(row.versus_human ? csv_number(100 * *row.versus_human) : "");
    cells.push_back(fmt::format("{}", row.covered));
    cells.push_back(fmt::format("{}", board.tasks.size()));
    cells.push_back(csv_number(row.cpu_s));
    for (const auto& cell : row.areas) add_csv(cells, cell);
    for (const auto& cell : row.tasks) add_csv(cells, cell);
    csv += csv_line(cells);
  }
  return csv;
}

std::string csv_of(const TaskBoard& board) {
  std::vector<std::string> head{"place", "name", "kind", "score", "score_se", "cpu_s", "created", "run"};
  for (const auto& setting : board.settings) head.insert(head.end(), {setting.id, setting.id + " se"});
  std::string csv = csv_line(head);
  for (const auto& row : board.rows) {
    std::vector<std::string> cells{fmt::format("{}", row.place), row.name, std::string(name_of(row.kind))};
    add_csv(cells, row.total);
    cells.insert(cells.end(), {csv_number(row.cpu_s), row.created, row.run});
    for (const auto& cell : row.settings) add_csv(cells, cell);
    csv += csv_line(cells);
  }
  return csv;
}

}  // namespace mls::report
