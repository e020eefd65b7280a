#include "store/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "task/sources.hpp"

namespace mls::store {
namespace {

constexpr std::string_view public_seal = "public";  // evaluate::public_seal().id

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

std::filesystem::path calibration_file(const std::filesystem::path& home, const task::Task& task,
                                       const std::string& seal) {
  if (seal == public_seal) return task.folder / "calibration.json";
  return home / "calibrations" / fmt::format("{}-{}.json", task.id, seal);
}

std::string calibrate_command(const task::Task& task, const std::string& seal) {
  return fmt::format("mls calibrate {}{}", task.id, seal == public_seal ? "" : " --seal-key FILE");
}

Yardstick yardstick_of(const std::filesystem::path& root, const std::filesystem::path& home,
                       const task::Task& task, const std::string& seal) {
  Yardstick yardstick{task, task::task_hash(root, task), std::nullopt, "", "", false};
  const std::filesystem::path file = calibration_file(home, task, seal);
  const std::string remedy = fmt::format("run `{}`", calibrate_command(task, seal));
  const std::string under = seal == public_seal ? "" : fmt::format(" under the seal \"{}\"", seal);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    yardstick.note =
        fmt::format("{} is not calibrated yet{}, so there are no scores: {}", task.id, under, remedy);
    return yardstick;
  }
  try {
    auto calibration = score::load_calibration(task, file);
    if (calibration.seal != seal) {
      yardstick.note =
          fmt::format("{}: measured under the seal \"{}\", expected \"{}\", so there are no scores: {}",
                      file.string(), calibration.seal, seal, remedy);
    } else if (calibration.task_sha256 != yardstick.task_sha256) {
      yardstick.note =
          fmt::format("the calibration of {}{} is of another version of the task, so there are no scores: {}",
                      task.id, under, remedy);
    } else {
      yardstick.sha256 =
          sha256_hex(sha256_hex(read_file(task.folder / "task.toml")) + sha256_hex(read_file(file)));
      yardstick.calibration = std::move(calibration);
    }
  } catch (const Error& error) {
    yardstick.damaged = true;
    yardstick.note = fmt::format("{}; to measure it again, {}", error.what(), remedy);
  }
  return yardstick;
}

Yardstick yardstick_of(const std::filesystem::path& root, const task::Task& task) {
  return yardstick_of(root, {}, task, std::string(public_seal));
}

namespace {

// <task>-<16 hexadecimal digits>.json; anything else below calibrations/ is not ours.
std::map<std::string, std::vector<std::string>> private_seals(const std::filesystem::path& home) {
  constexpr std::size_t digits = 16;
  std::map<std::string, std::vector<std::string>> seals;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(home / "calibrations", ignored)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".json" || name.size() <= digits + 1) continue;
    const std::string seal = name.substr(name.size() - digits);
    if (seal.find_first_not_of("0123456789abcdef") != std::string::npos ||
        name[name.size() - digits - 1] != '-')
      continue;
    seals[name.substr(0, name.size() - digits - 1)].push_back(seal);
  }
  return seals;
}

std::string fingerprint_line(const Yardstick& yardstick, std::string_view seal) {
  return fmt::format("{} {} {} {}\n", yardstick.task.id, seal, yardstick.task_sha256, yardstick.sha256);
}

}  // namespace

const score::Calibration& Yardstick::calibrated() const {
  if (!calibration) throw std::logic_error(task.id + " is not calibrated");
  return *calibration;
}

Yardsticks::Yardsticks(const std::filesystem::path& root, const std::filesystem::path& home,
                       const std::string& seal) {
  auto seals = private_seals(home);
  for (const auto& task : task::catalogue(root)) {
    for (const auto& other : seals[task.id])
      by_seal_.emplace(std::pair(task.id, other), yardstick_of(root, home, task, other));
    by_seal_.emplace(std::pair(task.id, std::string(public_seal)), yardstick_of(root, task));
    const Yardstick* chosen = find(task.id, seal);
    all_.push_back(chosen != nullptr ? *chosen : yardstick_of(root, home, task, seal));
  }
  std::string lines;
  for (const auto& [key, yardstick] : by_seal_) lines += fingerprint_line(yardstick, key.second);
  fingerprint_ = sha256_hex(lines);
}

Yardsticks::Yardsticks(std::vector<Yardstick> yardsticks) : all_(std::move(yardsticks)) {
  std::string lines;
  for (const auto& yardstick : all_) {
    const std::string seal = yardstick.calibration ? yardstick.calibration->seal : std::string(public_seal);
    by_seal_.emplace(std::pair(yardstick.task.id, seal), yardstick);
    lines += fingerprint_line(yardstick, seal);
  }
  fingerprint_ = sha256_hex(lines);
}

const Yardstick* Yardsticks::find(std::string_view task, std::string_view seal) const {
  const auto at = by_seal_.find({std::string(task), std::string(seal)});
  return at == by_seal_.end() ? nullptr : &at->second;
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
  if (evaluation.seal != yardstick.calibration->seal) {
    return {score_without_anchors(yardstick.task, evaluation),
            fmt::format("these runs were drawn under the seal \"{}\", the anchors were measured under "
                        "\"{}\", and the two are never "
                        "mixed: run `{}`",
                        evaluation.seal, yardstick.calibration->seal,
                        calibrate_command(yardstick.task, evaluation.seal))};
  }
  return {score::score_runs(yardstick.task, *yardstick.calibration, evaluation.by_setting()), ""};
}

}  // namespace mls::store
