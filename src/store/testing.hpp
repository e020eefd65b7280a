// A calibrated task and submissions to it, for the tests of this folder and of those above it.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "core/files.hpp"
#include "score/testing.hpp"
#include "store/index.hpp"
#include "store/run_folder.hpp"

namespace mls::store::testing {

/// The value; throws, and so fails the test, when there is none.
template <typename T>
T must(const std::optional<T>& value) {
  if (!value) throw std::logic_error("there is no value");
  return *value;
}

/// score::testing's task "small" in a real area, as a yardstick.
inline Yardstick small_yardstick(const std::string& id = "small", const std::string& area = "time-series") {
  Yardstick yardstick;
  yardstick.task = score::testing::small_task();
  yardstick.task.id = id;
  yardstick.task.area = area;
  yardstick.task.title = "A small task";
  yardstick.task.question = "Is 1 < 2?";
  yardstick.task_sha256 = std::string(64, 'a');
  yardstick.calibration = score::testing::small_calibration(yardstick.task);
  yardstick.sha256 = std::string(64, 'c');
  return yardstick;
}

/// Every setting and seed, at a quality as in score::testing (2 is the best baseline).
inline evaluate::Evaluation evaluation_of(const Yardstick& yardstick, double quality) {
  evaluate::Evaluation evaluation;
  evaluation.task = yardstick.task.id;
  evaluation.task_sha256 = yardstick.task_sha256;
  evaluation.method_sha256 = std::string(64, 'd');
  evaluation.seal = "public";
  evaluation.versions = {{"compiler", "clang 19"}};
  for (const auto& setting : yardstick.task.settings) {
    for (int seed = 0; seed < yardstick.task.seeds; ++seed) {
      evaluate::RunRecord run;
      run.setting = setting.id;
      run.seed = seed;
      run.status = evaluate::Status::ok;
      run.metrics = score::testing::metrics_of(quality, seed);
      run.wall_s = 0.5;
      run.cpu_s = 0.25;
      run.rss_mb = 12;
      evaluation.runs.push_back(run);
    }
  }
  return evaluation;
}

inline Result result_of(const RunFolder& folder, const Yardstick& yardstick, const std::string& label,
                        double quality) {
  Result result;
  result.id = folder.id();
  result.task = yardstick.task.id;
  result.label = label;
  result.created = folder.created();
  result.finished = utc_now();
  result.evaluation = evaluation_of(yardstick, quality);
  const Scored scored = score_of(yardstick, result.evaluation);
  result.score = scored.score;
  result.note = scored.note;
  if (result.score) result.yardstick_sha256 = yardstick.sha256;
  return result;
}

/// Records a finished submission; returns its id.
inline std::string record(const std::filesystem::path& home, const Yardstick& yardstick,
                          const std::string& label, double quality) {
  const RunFolder folder =
      RunFolder::create(home, yardstick.task.id, label, evaluate::method_from_source("int x;\n"));
  folder.finish(result_of(folder, yardstick, label, quality));
  return folder.id();
}

}  // namespace mls::store::testing
