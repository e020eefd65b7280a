// Two methods or agents side by side, paired: is one better, and how sure is that?
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "report/leaderboard.hpp"
#include "score/scorer.hpp"
#include "score/statistics.hpp"
#include "store/index.hpp"
#include "store/scoring.hpp"

namespace mls::report {

/// On one task. Pairs are runs of the same setting and seed.
struct TaskComparison {
  std::string task;
  std::string title;
  TaskRow first;
  TaskRow second;
  std::vector<SettingColumn> settings;
  score::PairedScores paired;
};

/// `first` and `second` name rows of the task's board: the label of a submission, else the id of a baseline;
/// "baseline:ID" is a baseline whatever labels there are. Throws usage_error for a name that is neither,
/// bad_input when the task has no usable calibration or a result cannot be read.
[[nodiscard]] TaskComparison compare_on(const std::filesystem::path& home, const store::Yardstick& yardstick,
                                        const store::Snapshot& snapshot,
                                        const std::optional<std::string>& seal, std::string_view first,
                                        std::string_view second);

/// Over all tasks that both were evaluated on, which are the pairs.
struct BoardComparison {
  struct Task {
    TaskColumn task;
    Cell first;
    Cell second;
  };
  std::string first;
  std::string second;
  std::vector<Task> tasks;
  int only_first = 0;  ///< tasks that the other was not evaluated on
  int only_second = 0;
  score::Comparison total;  ///< each task counts the same
};

/// `first` and `second` name rows of the board: labels, "human SOTA", "starting point". Throws usage_error
/// for a name that is not there.
[[nodiscard]] BoardComparison compare_over(const Board& board, std::string_view first,
                                           std::string_view second);

[[nodiscard]] std::string text_of(const TaskComparison& comparison);
[[nodiscard]] std::string text_of(const BoardComparison& comparison);
/// docs/cli.md. Scores and differences are 0 ... 100.
[[nodiscard]] Json to_json(const TaskComparison& comparison);
[[nodiscard]] Json to_json(const BoardComparison& comparison);

}  // namespace mls::report
