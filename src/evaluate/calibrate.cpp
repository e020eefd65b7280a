#include <fmt/format.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "evaluate/evaluate.hpp"
#include "task/sources.hpp"

namespace mls::evaluate {
namespace {

score::BaselineRecord record_of(const task::Baseline& baseline, const Evaluation& evaluation) {
  score::BaselineRecord record;
  record.id = baseline.id;
  record.method_sha256 = evaluation.method_sha256;
  for (const RunRecord& run : evaluation.runs) {
    if (run.status != Status::ok) {
      throw bad_input(fmt::format("baseline '{}' fails in setting '{}', seed {}: {}: {}", baseline.id,
                                  run.setting, run.seed, name_of(run.status), run.message));
    }
    record.settings[run.setting].push_back({run.seed, run.metrics, run.cpu_s});
  }
  return record;
}

}  // namespace

score::Calibration calibrate(const Places& places, const task::Task& task, const Options& options,
                             const ProgressSink& progress) {
  score::Calibration calibration;
  calibration.task = task.id;
  calibration.task_sha256 = task::task_hash(places.root, task);
  calibration.seal = options.seal.id;
  const int per_baseline = static_cast<int>(task.settings.size()) * task.seeds;
  int finished_baselines = 0;
  for (const task::Baseline& baseline : task.baselines) {
    const ProgressSink sink = [&](const Progress& one) {
      if (!progress) return;
      Progress all = one;
      all.text = fmt::format("{}: {}", baseline.id, one.text);
      if (one.stage == Progress::Stage::running) {
        all.done += finished_baselines * per_baseline;
        all.total = per_baseline * static_cast<int>(task.baselines.size());
      }
      progress(all);
    };
    const Method method = load_method(task.source_of(baseline));
    const Evaluation evaluation = evaluate(places, task, method, options, sink);
    calibration.versions = evaluation.versions;
    calibration.baselines.push_back(record_of(baseline, evaluation));
    ++finished_baselines;
  }
  calibration.anchors = score::anchors_of(task, calibration.baselines);
  return calibration;
}

}  // namespace mls::evaluate
