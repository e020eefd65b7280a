// The time-tested methods that the benchmark measures itself by (reference/classics.toml): where each
// appears, and whether it beats what came before it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "score/calibration.hpp"
#include "task/task.hpp"

namespace mls::quality {

/// One entry of reference/classics.toml.
struct Classic {
  std::string id;
  std::string title;
  int year = 0;
  std::string source;
  std::string predecessor;           ///< what it must beat, in words
  std::string task;                  ///< where it appears; the task may not exist yet
  std::string baseline;              ///< its id in that task
  std::string predecessor_baseline;  ///< the predecessor's id in that task
  std::string appears_as;            ///< how that baseline holds the idea
};
/// root/reference/classics.toml in file order. Throws bad_input with file and line.
[[nodiscard]] std::vector<Classic> load_classics(const std::filesystem::path& root);

enum class Standing {
  beats,        ///< its predecessor
  falls_short,  ///< it does not: a bug to find
  uncovered,    ///< the task or one of its baselines does not exist yet, or is not calibrated
};

struct ClassicRow {
  Classic classic;
  Standing standing = Standing::uncovered;
  std::string note;                         ///< why it is not covered; else empty
  std::optional<double> score;              ///< mean of its setting scores, 0 ... 1
  std::optional<double> predecessor_score;  ///< the same
  int wins = 0;                             ///< settings in which it scores more than its predecessor
  int settings = 0;
};

/// One method in its task. The arithmetic mean over settings is compared, not the task score: a geometric
/// mean is 0 for whatever is the floor somewhere, which most baselines are. `task` is null when there is
/// none, `calibration` when it cannot be used.
[[nodiscard]] ClassicRow row_of(const Classic& classic, const task::Task* task,
                                const score::Calibration* calibration);

/// All of them against the calibrations of `root`'s tasks. Throws as task::catalogue.
[[nodiscard]] std::vector<ClassicRow> standing_of(const std::filesystem::path& root,
                                                  const std::vector<Classic>& classics);

/// {"classics":[{"id","title","year","source","predecessor","task","baseline","predecessor_baseline","appears_as","standing","note","score",
/// "predecessor_score","wins","settings"}]}; scores 0 ... 100, null when not covered.
[[nodiscard]] Json to_json(const std::vector<ClassicRow>& rows);
[[nodiscard]] std::string text_of(const std::vector<ClassicRow>& rows);

}  // namespace mls::quality
