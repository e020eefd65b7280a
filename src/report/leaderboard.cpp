#include "report/leaderboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "report/format.hpp"
#include "report/table.hpp"
#include "score/score.hpp"
#include "score/statistics.hpp"

namespace mls::report {
namespace {

using store::Entry;
using store::Standing;
using store::Yardstick;

/// First and latest ranked submission of a label.
struct Attempts {
  const Entry* first = nullptr;
  const Entry* latest = nullptr;
  [[nodiscard]] bool more_than_one() const { return first != latest; }
  /// Whether there is a first attempt to speak of.
  [[nodiscard]] bool has_vanilla() const { return latest->vanilla || more_than_one(); }
  /// An earlier submission; none when the first attempt is a test of the latest one's trial.
  [[nodiscard]] const Entry* earlier() const { return latest->vanilla || !more_than_one() ? nullptr : first; }
};

/// By label; the counters are of those that cannot be compared.
struct Counted {
  std::map<std::string, Attempts> labels;
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
      Attempts& attempts = counted.labels[entry.label];  // entries come oldest first
      if (attempts.first == nullptr) attempts.first = &entry;
      attempts.latest = &entry;
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
Cell cell_of(const Entry& entry) { return {entry.score.value_or(0), entry.standard_error}; }

/// Of the first attempt, else what everybody starts from.
std::optional<Cell> vanilla_of(const Attempts& attempts, const std::optional<Cell>& start) {
  if (const auto& vanilla = attempts.latest->vanilla) return Cell{vanilla->value, vanilla->standard_error};
  return attempts.earlier() != nullptr ? cell_of(*attempts.earlier()) : start;
}

/// None without settings of both kinds.
template <typename Settings>
std::optional<Gap> gap_of(const Settings& settings) {
  std::vector<score::Estimate> visible;
  std::vector<score::Estimate> hidden;
  for (const auto& setting : settings)
    (setting.hidden ? hidden : visible).push_back({setting.score, setting.standard_error});
  if (visible.empty() || hidden.empty()) return std::nullopt;
  const auto cell = [](const score::Estimate& estimate) {
    return Cell{estimate.value, estimate.standard_error};
  };
  return Gap{cell(score::mean(visible)), cell(score::mean(hidden))};
}

const score::BaselineScore& best_of(const std::vector<score::BaselineScore>& scores) {
  return *std::max_element(scores.begin(), scores.end(),
                           [](const auto& a, const auto& b) { return a.score.score < b.score.score; });
}

using Cells = std::vector<std::optional<Cell>>;

/// Means of the areas over the tasks that there are cells for, and their mean.
struct Means {
  Cells areas;
  std::optional<Cell> overall;
};

Means means_of(const Board& board, const Cells& tasks) {
  Means means;
  std::vector<Cell> evaluated;
  for (const auto& area : board.areas) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < board.tasks.size(); ++i) {
      const std::optional<Cell>& cell = tasks[i];
      if (board.tasks[i].area == area && cell) cells.push_back(*cell);
    }
    means.areas.push_back(cells.empty() ? std::nullopt : std::optional(mean_of(cells)));
    if (!cells.empty()) evaluated.push_back(mean_of(cells));
  }
  if (!evaluated.empty()) means.overall = mean_of(evaluated);
  return means;
}

/// What a row's tasks amount to besides their scores.
struct Extras {
  std::vector<std::optional<Gap>> gaps;  ///< by Board::tasks, as is `vanilla`
  Cells vanilla;

  void resize(std::size_t tasks) {
    gaps.resize(tasks);
    vanilla.resize(tasks);
  }
};

/// One side of the gaps.
Cells sides(const std::vector<std::optional<Gap>>& gaps, Cell Gap::* side) {
  Cells cells;
  for (const auto& gap : gaps) cells.push_back(gap ? std::optional((*gap).*side) : std::nullopt);
  return cells;
}

/// Fills areas, overall, coverage and the difference to human SOTA from the tasks' cells.
void aggregate(BoardRow& row, const Extras& extras, const Board& board, const BoardRow& human) {
  Cells differences(board.tasks.size());
  for (std::size_t i = 0; i < board.tasks.size(); ++i) {
    const std::optional<Cell>& own = row.tasks[i];
    const std::optional<Cell>& best = human.tasks[i];
    if (!own || !best) continue;
    ++row.covered;
    differences[i] = Cell{own->score - best->score, 0};
  }
  Means means = means_of(board, row.tasks);
  row.areas = std::move(means.areas);
  row.overall = means.overall;
  if (const auto versus = means_of(board, differences).overall) row.versus_human = versus->score;
  Means vanilla = means_of(board, extras.vanilla);
  row.vanilla_areas = std::move(vanilla.areas);
  row.vanilla = vanilla.overall;
  const auto visible = means_of(board, sides(extras.gaps, &Gap::visible)).overall;
  const auto hidden = means_of(board, sides(extras.gaps, &Gap::hidden)).overall;
  if (visible && hidden) row.gap = Gap{*visible, *hidden};
}

void sort_rows(Board& board) {
  const auto key = [](const BoardRow& row) {
    return std::tuple(-row.covered, row.overall ? -row.overall->score : 1.0, static_cast<int>(row.kind),
                      row.name);
  };
  std::sort(board.rows.begin(), board.rows.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  // Complete submissions stand in order of their scores; equal ones share a place.
  int better = 0;
  const BoardRow* above = nullptr;
  const auto score_of = [](const BoardRow& row) { return row.overall ? row.overall->score : 0; };
  for (auto& row : board.rows) {
    if (row.kind != RowKind::submission || row.covered != static_cast<int>(board.tasks.size())) continue;
    ++better;
    const bool same = above != nullptr && score_of(*above) == score_of(row);
    row.place = same ? above->place : std::optional(better);
    above = &row;
  }
}

Json cell_json(const std::optional<Cell>& cell) {
  if (!cell) return nullptr;
  return {{"score", 100 * cell->score}, {"score_se", 100 * cell->standard_error}};
}

std::string cell_text(const std::optional<Cell>& cell) {
  return cell ? score_text(cell->score, cell->standard_error) : score_text(std::nullopt);
}

/// hidden - visible with its error: "−3.1 ± 0.4".
std::string gap_text(const std::optional<Gap>& gap) {
  if (!gap) return difference_text(std::nullopt);
  const Cell difference = gap->difference();
  return fmt::format("{} ± {:.1f}", difference_text(difference.score), 100 * difference.standard_error);
}

void add_gap(Json& json, const std::optional<Gap>& gap) {
  json["visible"] = cell_json(gap ? std::optional(gap->visible) : std::nullopt);
  json["hidden"] = cell_json(gap ? std::optional(gap->hidden) : std::nullopt);
  json["gap"] = cell_json(gap ? std::optional(gap->difference()) : std::nullopt);
}

std::string csv_number(std::optional<double> value) { return value ? fmt::format("{:.4f}", *value) : ""; }

void add_csv(std::vector<std::string>& cells, const std::optional<Cell>& cell) {
  cells.push_back(cell ? csv_number(100 * cell->score) : "");
  cells.push_back(cell ? csv_number(100 * cell->standard_error) : "");
}

void add_csv(std::vector<std::string>& cells, const std::optional<Gap>& gap) {
  add_csv(cells, gap ? std::optional(gap->visible) : std::nullopt);
  add_csv(cells, gap ? std::optional(gap->hidden) : std::nullopt);
  add_csv(cells, gap ? std::optional(gap->difference()) : std::nullopt);
}

const std::vector<std::string> extra_heads{"vanilla", "vanilla se", "visible", "visible se",
                                           "hidden",  "hidden se",  "gap",     "gap se"};

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

Cell Gap::difference() const {
  return {hidden.score - visible.score, std::hypot(hidden.standard_error, visible.standard_error)};
}

double cpu_seconds(const score::BaselineRecord& record) {
  double total = 0;
  for (const auto& [setting, runs] : record.settings) {
    for (const auto& run : runs) total += run.cpu_s;
  }
  return total;
}

namespace {

/// A row that is being filled, task by task.
struct Draft {
  BoardRow row;
  Extras extras;

  /// Cells of the tasks so far, and room for one more.
  void reach(std::size_t tasks) {
    row.tasks.resize(tasks);
    extras.resize(tasks);
  }
};

Draft draft_of(std::string name, RowKind kind) {
  Draft draft;
  draft.row.name = std::move(name);
  draft.row.kind = kind;
  return draft;
}

void add_baselines(Draft& human, Draft& start, const Yardstick& yardstick, std::size_t column) {
  const auto scores = score::baseline_scores(yardstick.task, yardstick.calibrated(), false);
  const auto& best = best_of(scores);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double cpu_s = cpu_seconds(yardstick.calibrated().baselines[i]);
    const auto put = [&](Draft& draft) {
      draft.row.tasks[column] = cell_of(scores[i].score);
      draft.extras.gaps[column] = gap_of(scores[i].score.settings);
      draft.row.cpu_s += cpu_s;
    };
    if (&scores[i] == &best) put(human);
    if (yardstick.task.baseline(scores[i].id).start) put(start);
  }
}

void add_submission(Draft& draft, const Attempts& attempts, const std::optional<Cell>& start,
                    std::size_t column) {
  const Entry& entry = *attempts.latest;
  draft.row.tasks[column] = cell_of(entry);
  draft.row.cpu_s += entry.cpu_s;
  draft.extras.gaps[column] = gap_of(entry.settings);
  draft.extras.vanilla[column] = vanilla_of(attempts, start);
  draft.row.first_attempts += attempts.has_vanilla() ? 1 : 0;
}

void give_places(std::vector<TaskRow>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool tie = i > 0 && rows[i - 1].total.score == rows[i].total.score;
    rows[i].place = tie ? rows[i - 1].place : static_cast<int>(i) + 1;
  }
}

}  // namespace

Board board_of(const store::Yardsticks& yardsticks, const store::Snapshot& snapshot,
               const std::optional<std::string>& seal) {
  Board board;
  Draft human = draft_of("human SOTA", RowKind::human_sota);
  Draft start = draft_of("starting point", RowKind::start);
  std::map<std::string, Draft> drafts;
  for (const auto& yardstick : yardsticks.all()) {
    const Counted counted = submissions_to(yardstick, snapshot, seal);
    add_notes(board.notes, yardstick, counted);
    if (!yardstick.calibration) continue;
    const std::size_t column = board.tasks.size();
    board.tasks.push_back({yardstick.task.id, yardstick.task.title, yardstick.task.area});
    human.reach(column + 1);
    start.reach(column + 1);
    add_baselines(human, start, yardstick, column);
    for (const auto& [label, attempts] : counted.labels) {
      const auto at = drafts.try_emplace(label, draft_of(label, RowKind::submission)).first;
      at->second.reach(column + 1);
      add_submission(at->second, attempts, start.row.tasks[column], column);
    }
  }
  for (const auto& area : task::areas()) {
    const bool used = std::any_of(board.tasks.begin(), board.tasks.end(),
                                  [&](const auto& task) { return task.area == area.id; });
    if (used) board.areas.emplace_back(area.id);
  }
  if (board.tasks.empty()) return board;
  const auto add = [&](Draft draft) {
    draft.reach(board.tasks.size());
    aggregate(draft.row, draft.extras, board, human.row);
    board.rows.push_back(std::move(draft.row));
  };
  for (auto& [label, draft] : drafts) add(std::move(draft));
  add(start);
  add(human);
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
    row.gap = gap_of(settings);
    board.rows.push_back(std::move(row));
  };
  const auto scores = score::baseline_scores(yardstick.task, yardstick.calibrated(), false);
  std::optional<Cell> start;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    TaskRow row;
    row.name = scores[i].id;
    row.kind = yardstick.task.baseline(scores[i].id).start ? RowKind::start : RowKind::baseline;
    row.total = cell_of(scores[i].score);
    row.cpu_s = cpu_seconds(yardstick.calibrated().baselines[i]);
    if (row.kind == RowKind::start) start = row.total;
    add(std::move(row), scores[i].score.settings);
  }
  for (const auto& [label, attempts] : counted.labels) {
    const Entry& entry = *attempts.latest;
    TaskRow row;
    row.name = label;
    row.total = cell_of(entry);
    row.cpu_s = entry.cpu_s;
    row.created = entry.created;
    row.run = entry.id;
    row.vanilla = vanilla_of(attempts, start);
    if (attempts.earlier() != nullptr) row.first_run = attempts.earlier()->id;
    add(std::move(row), entry.settings);
  }
  std::sort(board.rows.begin(), board.rows.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.total.score, -static_cast<int>(a.kind), a.name) <
           std::tuple(-b.total.score, -static_cast<int>(b.kind), b.name);
  });
  give_places(board.rows);
  return board;
}

std::string text_of(const Board& board) {
  if (board.tasks.empty()) return "No task has a usable calibration.\n" + notes_text(board.notes);
  // A table for a terminal: areas as columns, or tasks while they are few.
  const bool by_task = board.tasks.size() <= 4;
  std::vector<Table::Column> columns{{"#"},    {"method", Align::left}, {"overall"}, {"vs human"}, {"gap"},
                                     {"tasks"}};
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
    std::vector<std::string> cells{row.place ? fmt::format("{}", *row.place) : "",
                                   row.name,
                                   cell_text(row.overall),
                                   row.kind == RowKind::human_sota ? "" : difference_text(row.versus_human),
                                   gap_text(row.gap),
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
  columns.insert(columns.end(), {{"gap"}, {"CPU"}});
  Table table(columns);
  for (const auto& row : board.rows) {
    const bool submission = row.kind == RowKind::submission;
    std::vector<std::string> cells{
        fmt::format("{}", row.place),
        (submission ? "▸ " : "  ") + row.name + (row.kind == RowKind::start ? " (start)" : ""),
        cell_text(row.total)};
    for (const auto& cell : row.settings) cells.push_back(cell_text(cell));
    cells.push_back(gap_text(row.gap));
    cells.push_back(duration_text(row.cpu_s));
    table.row(std::move(cells));
  }
  return text + table.text() + notes_text(board.notes);
}

Json to_json(const Board& board) {
  Json rows = Json::array();
  for (const auto& row : board.rows) {
    Json areas = Json::object();
    for (std::size_t i = 0; i < board.areas.size(); ++i) {
      Json& area = areas[board.areas[i]] = cell_json(row.areas[i]);
      const std::optional<Cell>& vanilla = row.vanilla_areas[i];
      if (row.areas[i]) area["vanilla"] = vanilla ? Json(100 * vanilla->score) : Json(nullptr);
    }
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
                    {"cpu_s", row.cpu_s},
                    {"vanilla", cell_json(row.vanilla)},
                    {"first_attempts", row.first_attempts}});
    add_gap(rows.back(), row.gap);
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
                    {"run", row.run.empty() ? Json(nullptr) : Json(row.run)},
                    {"vanilla", cell_json(row.vanilla)},
                    {"first_run", row.first_run.empty() ? Json(nullptr) : Json(row.first_run)}});
    add_gap(rows.back(), row.gap);
  }
  return rows;
}

std::string csv_of(const Board& board) {
  std::vector<std::string> head{"place",        "name",          "kind",        "score", "score_se",
                                "versus_human", "tasks_covered", "tasks_total", "cpu_s"};
  head.insert(head.end(), extra_heads.begin(), extra_heads.end());
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
    add_csv(cells, row.vanilla);
    add_csv(cells, row.gap);
    for (const auto& cell : row.areas) add_csv(cells, cell);
    for (const auto& cell : row.tasks) add_csv(cells, cell);
    csv += csv_line(cells);
  }
  return csv;
}

std::string csv_of(const TaskBoard& board) {
  std::vector<std::string> head{"place", "name", "kind", "score", "score_se", "cpu_s", "created", "run"};
  head.insert(head.end(), extra_heads.begin(), extra_heads.end());
  for (const auto& setting : board.settings) head.insert(head.end(), {setting.id, setting.id + " se"});
  std::string csv = csv_line(head);
  for (const auto& row : board.rows) {
    std::vector<std::string> cells{fmt::format("{}", row.place), row.name, std::string(name_of(row.kind))};
    add_csv(cells, row.total);
    cells.insert(cells.end(), {csv_number(row.cpu_s), row.created, row.run});
    add_csv(cells, row.vanilla);
    add_csv(cells, row.gap);
    for (const auto& cell : row.settings) add_csv(cells, cell);
    csv += csv_line(cells);
  }
  return csv;
}

}  // namespace mls::report
