// Who reached what: the table over all tasks and the one of a single task.
//
// A submission is known by its label; of each label the latest finished submission per task counts, never the
// best of many. Only submissions to the present version of a task, under the seal of its calibration (or the
// seal asked for), are ranked; the others are mentioned in the notes. A task that a label was never evaluated
// on is missing, not zero: it shows a dash, the overall figure is then over the evaluated tasks only, and the
// row gets no place, because such figures do not compare.
//
// The *vanilla* score of a label on a task is that of its first attempt: of a submission that a trial made,
// the method of that trial's first test; else the label's earliest submission, where more than one is ranked;
// where nothing but one submission is recorded, what everybody starts from (the start method).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "store/index.hpp"
#include "store/scoring.hpp"

namespace mls::report {

enum class RowKind {
  human_sota,  ///< best baseline of each task
  start,       ///< the starting point of each task
  baseline,    ///< one baseline (only in a task's own table)
  submission,
};
[[nodiscard]] std::string_view name_of(RowKind kind);

struct Cell {
  double score = 0;  ///< 0 ... 1
  double standard_error = 0;
};

/// In distribution against beyond: means of the scores of the visible and of the hidden settings; not
/// geometric ones, in which a single zero would hide what the other settings say.
struct Gap {
  Cell visible;
  Cell hidden;
  /// hidden - visible: below 0 for what does not transfer. Their draws are independent.
  [[nodiscard]] Cell difference() const;
};

struct TaskColumn {
  std::string id;
  std::string title;
  std::string area;
};

struct BoardRow {
  std::string name;
  RowKind kind = RowKind::submission;
  std::optional<int> place;     ///< among submissions that cover every task; ties share one
  std::optional<Cell> overall;  ///< mean of the areas' means, over the evaluated tasks
  int covered = 0;              ///< evaluated tasks
  /// Mean of the areas' mean differences to human SOTA on the same tasks: fair whatever the coverage.
  std::optional<double> versus_human;
  std::vector<std::optional<Cell>> areas;  ///< by Board::areas, over the evaluated tasks
  std::vector<std::optional<Cell>> tasks;  ///< by Board::tasks
  double cpu_s = 0;                        ///< all evaluated tasks
  std::optional<Gap> gap;                  ///< means as of `overall`
  /// Of the first attempts, as the above; only of submissions.
  std::optional<Cell> vanilla;
  std::vector<std::optional<Cell>> vanilla_areas;
  int first_attempts = 0;  ///< tasks whose vanilla score is that of a first test or an earlier submission
};

struct Board {
  std::vector<std::string> areas;  ///< with at least one calibrated task, in published order
  std::vector<TaskColumn> tasks;   ///< calibrated ones, in catalogue order
  std::vector<BoardRow> rows;      ///< complete ones by score, then partial ones by coverage and score
  std::vector<std::string> notes;  ///< what is not in the table, and why
};

/// `seal`: count submissions under this seal id instead of the calibrations' own.
[[nodiscard]] Board board_of(const store::Yardsticks& yardsticks, const store::Snapshot& snapshot,
                             const std::optional<std::string>& seal = std::nullopt);

struct TaskRow {
  std::string name;
  RowKind kind = RowKind::submission;
  int place = 0;  ///< among all rows; ties share one
  Cell total;
  std::vector<std::optional<Cell>> settings;  ///< by TaskBoard::settings
  double cpu_s = 0;
  std::string created;  ///< empty for baselines
  std::string run;      ///< folder of the submission; empty for baselines
  std::optional<Gap> gap;
  std::optional<Cell> vanilla;  ///< only of submissions
  std::string first_run;        ///< folder behind `vanilla` where it is an earlier submission; else empty
};

struct SettingColumn {
  std::string id;
  bool hidden = false;
};

struct TaskBoard {
  std::string task;
  std::string title;
  std::vector<SettingColumn> settings;
  std::vector<TaskRow> rows;  ///< best first
  std::vector<std::string> notes;
};

[[nodiscard]] TaskBoard task_board_of(const store::Yardstick& yardstick, const store::Snapshot& snapshot,
                                      const std::optional<std::string>& seal = std::nullopt);

[[nodiscard]] std::string text_of(const Board& board);
[[nodiscard]] std::string text_of(const TaskBoard& board);
/// One object a row (docs/cli.md). Scores are 0 ... 100, null where there is none. Notes are in neither JSON
/// nor CSV.
[[nodiscard]] Json to_json(const Board& board);
[[nodiscard]] Json to_json(const TaskBoard& board);
[[nodiscard]] std::string csv_of(const Board& board);
[[nodiscard]] std::string csv_of(const TaskBoard& board);

/// CPU seconds of all runs of a baseline.
[[nodiscard]] double cpu_seconds(const score::BaselineRecord& record);

}  // namespace mls::report
