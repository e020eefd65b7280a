#include "store/submission.hpp"

#include "core/error.hpp"

namespace mls::store {
namespace {

evaluate::ProgressSink logging(const RunFolder& folder, const evaluate::ProgressSink& progress) {
  return [&folder, &progress](const evaluate::Progress& one) {
    if (const auto* run = one.finished; run != nullptr) {
      folder.event("run", {{"setting", run->setting},
                           {"seed", run->seed},
                           {"status", evaluate::name_of(run->status)},
                           {"cached", run->cached}});
    }
    if (progress) progress(one);
  };
}

// The reason a submission stopped is worth a line in its log, but never hides the reason itself. False when
// the log cannot be written.
bool try_event(const RunFolder& folder, std::string_view kind, const Json& fields) {
  try {
    folder.event(kind, fields);
    return true;
  } catch (const Error&) {
    return false;
  }
}

evaluate::Evaluation evaluated(const evaluate::Places& places, const Yardstick& yardstick,
                               const evaluate::Method& method, const evaluate::Options& options,
                               const evaluate::ProgressSink& progress, const RunFolder& folder) {
  try {
    return evaluate::evaluate(places, yardstick.task, method, options, logging(folder, progress));
  } catch (const std::exception& error) {
    try_event(folder, "stopped", {{"message", error.what()}});
    throw;
  }
}

}  // namespace

Submission submit(const evaluate::Places& places, const Yardstick& yardstick, const std::string& label,
                  const evaluate::Method& method, evaluate::Options options,
                  const evaluate::ProgressSink& progress) {
  options.visible_only = false;
  options.settings.clear();
  options.max_seeds = 0;
  const RunFolder folder = RunFolder::create(places.home, yardstick.task.id, label, method);
  Submission submission;
  Result& result = submission.result;
  result.id = folder.id();
  result.task = yardstick.task.id;
  result.label = label;
  result.created = folder.created();
  result.evaluation = evaluated(places, yardstick, method, options, progress, folder);
  const Scored scored = score_of(yardstick, result.evaluation);
  result.score = scored.score;
  result.note = scored.note;
  if (result.score) result.yardstick_sha256 = yardstick.sha256;
  result.finished = utc_now();
  if (result.evaluation.any(evaluate::Status::infrastructure)) {
    try_event(folder, "stopped", {{"message", result.note}});
    return submission;
  }
  folder.finish(result);
  submission.recorded = true;
  try_event(folder, "scored", {{"score", result.score ? Json(100 * result.score->score) : Json(nullptr)}});
  return submission;
}

}  // namespace mls::store
