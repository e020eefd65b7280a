#include "store/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "task/sources.hpp"

namespace mls::store {
namespace {

bool failed(const evaluate::RunRecord& run) { return run.status != evaluate::Status::ok; }

// A failing setting is worth 0 whatever the anchors are, and sinks the geometric mean.
std::optional<score::TaskScore> score_without_anchors(const task::Task& task,
                                                      const evaluate::Evaluation& evaluation) {
  score::TaskScore score;
  for (const auto& setting : task.settings) {
    const bool sunk = std::any_of(evaluation.runs.begin(), evaluation.runs.end(),
                                  [&](const auto& run) { return run.setting == setting.id && failed(run); });
    if (sunk)
      score.settings.push_back({setting.id, setting.hidden, 0, 0, std::vector<double>(setting.terms.size())});
  }
  if (score.settings.empty()) return std::nullopt;
  return score;
}

}  // namespace

Yardstick yardstick_of(const std::filesystem::path& root, const task::Task& task) {
  Yardstick yardstick{task, task::task_hash(root, task), std::nullopt, "", "", false};
  const std::filesystem::path file = task.folder / "calibration.json";
  const std::string remedy = fmt::format("run `mls calibrate {}`", task.id);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    yardstick.note = fmt::format("{} is not calibrated yet: {}", task.id, remedy);
    return yardstick;
  }
  try {
    auto calibration = score::load_calibration(task);
    if (calibration.task_sha256 != yardstick.task_sha256) {
      yardstick.note =
          fmt::format("the calibration of {} is of another version of the task: {}", task.id, remedy);
      return yardstick;
    }
    yardstick.sha256 =
        sha256_hex(sha256_hex(read_file(task.folder / "task.toml")) + sha256_hex(read_file(file)));
    yardstick.calibration = std::move(calibration);
  } catch (const Error& error) {
    yardstick.damaged = true;
    yardstick.note = fmt::format("{}; to measure it again, {}", error.what(), remedy);
  }
  return yardstick;
}

namespace {

std::vector<Yardstick> yardsticks_below(const std::filesystem::path& root) {
  std::vector<Yardstick> all;
  for (const auto& task : task::catalogue(root)) all.push_back(yardstick_of(root, task));
  return all;
}

}  // namespace

Yardsticks::Yardsticks(const std::filesystem::path& root) : Yardsticks(yardsticks_below(root)) {}

Yardsticks::Yardsticks(std::vector<Yardstick> yardsticks) : all_(std::move(yardsticks)) {
  std::string lines;
  for (const auto& yardstick : all_) {
    lines += fmt::format("{} {} {}\n", yardstick.task.id, yardstick.task_sha256, yardstick.sha256);
  }
  fingerprint_ = sha256_hex(lines);
}

const Yardstick* Yardsticks::find(std::string_view task) const {
  const auto at =
      std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.task.id == task; });
  return at == all_.end() ? nullptr : &*at;
}

Scored score_of(const Yardstick& yardstick, const evaluate::Evaluation& evaluation) {
  if (evaluation.any(evaluate::Status::infrastructure)) {
    return {std::nullopt,
            "some runs failed through a fault of the benchmark, not of the method: run it again"};
  }
  if (!yardstick.calibration) return {score_without_anchors(yardstick.task, evaluation), yardstick.note};
  if (evaluation.task_sha256 != yardstick.task_sha256) {
    return {std::nullopt, fmt::format("evaluated on another version of {}", yardstick.task.id)};
  }
  Scored scored{score::score_runs(yardstick.task, *yardstick.calibration, evaluation.by_setting()), ""};
  if (evaluation.seal != yardstick.calibration->seal) {
    scored.note = fmt::format("draws of seal \"{}\", anchors measured under seal \"{}\"", evaluation.seal,
                              yardstick.calibration->seal);
  }
  return scored;
}

}  // namespace mls::store
