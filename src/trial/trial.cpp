#include "trial/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"
#include "store/run_folder.hpp"
#include "store/submission.hpp"
#include "trial/trial_log.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

TestReport report_of(const store::Yardstick& yardstick, const evaluate::Evaluation& evaluation) {
  TestReport report;
  report.method_sha256 = evaluation.method_sha256;
  const auto failed = std::ranges::find_if(
      evaluation.runs, [](const auto& run) { return run.status != evaluate::Status::ok; });
  if (failed != evaluation.runs.end()) {
    report.status = failed->status;
    report.message = failed->message.substr(0, failed->message.find('\n'));
  }
  const store::Scored scored = store::score_of(yardstick, evaluation);
  if (!scored.score) return report;
  report.score = scored.score->score;
  for (const auto& setting : scored.score->settings) report.settings.emplace_back(setting.id, setting.score);
  return report;
}

TrialKey key_of(const TrialOrder& order) {
  return {order.yardstick->task.id,
          order.yardstick->task_sha256,
          order.yardstick->sha256,
          order.options.seal.id,
          order.agent->name(),
          order.agent->settings(),
          order.label};
}

/// The desk of a trial: counts, logs, and repeats what an earlier attempt was told.
class TrialDesk final : public Desk {
 public:
  TrialDesk(const TrialOrder& order, const TrialLog& log, std::vector<TestReport> known)
      : order_(order), log_(log), brief_(brief_of(*order.yardstick)), known_(std::move(known)) {
    progress_.granted = order.agent->tests();
  }

  [[nodiscard]] const Brief& brief() const override { return brief_; }
  [[nodiscard]] int tests_left() const override { return progress_.granted - progress_.tests; }

  TestReport test(const std::string& source, const Json& note) override {
    if (tests_left() <= 0)
      throw bad_input(fmt::format("no test is left: {} were granted", progress_.granted));
    const evaluate::Method method = evaluate::method_from_source(source);
    std::optional<TestReport> report = repeated(method.sha256);
    if (report) {
      ++progress_.repeated;
    } else {
      report = tested(method);
      Json event = to_json(*report);
      event.update(Json{{"number", progress_.tests + 1}, {"note", note}});
      log_.event("test", event);
    }
    ++progress_.tests;
    tell();
    return *std::move(report);
  }

  /// Evaluates the submission on all settings and records it.
  store::Submission submit(const evaluate::Method& method) {
    progress_.submitting = true;
    begin_evaluation();
    return store::submit(*order_.places, *order_.yardstick, order_.label, method, order_.options, sink());
  }

  [[nodiscard]] int tests() const { return progress_.tests; }

 private:
  /// What the log knows of the next test. An agent that now tests something else (another version of this
  /// program) is not told the rest of an old story.
  std::optional<TestReport> repeated(const std::string& sha256) {
    const auto number = static_cast<std::size_t>(progress_.tests);
    if (number >= known_.size()) return std::nullopt;
    if (known_[number].method_sha256 == sha256) return known_[number];
    log_.event("diverged", {{"tests", number}});
    known_.resize(number);
    return std::nullopt;
  }

  TestReport tested(const evaluate::Method& method) {
    evaluate::Options options = order_.options;
    options.visible_only = true;
    options.rehearsal = true;
    begin_evaluation();
    const auto evaluation =
        evaluate::evaluate(*order_.places, order_.yardstick->task, method, options, sink());
    const auto fault =
        std::ranges::find(evaluation.runs, evaluate::Status::infrastructure, &evaluate::RunRecord::status);
    if (fault != evaluation.runs.end()) {
      throw infrastructure(fmt::format("a test failed through a fault of the benchmark: {} seed {}: {}",
                                       fault->setting, fault->seed, fault->message));
    }
    progress_.runs_done = progress_.runs = 0;
    return report_of(*order_.yardstick, evaluation);
  }

  void begin_evaluation() {
    progress_.runs_done = progress_.runs = 0;
    tell();
    if (order_.before_evaluation) order_.before_evaluation();
  }

  evaluate::ProgressSink sink() {
    return [this](const evaluate::Progress& progress) {
      if (progress.stage != evaluate::Progress::Stage::running) return;
      progress_.runs_done = progress.done;
      progress_.runs = progress.total;
      tell();
    };
  }

  void tell() const {
    if (order_.progress) order_.progress(progress_);
  }

  const TrialOrder& order_;
  const TrialLog& log_;
  Brief brief_;
  std::vector<TestReport> known_;
  TrialProgress progress_;
};

/// The recorded submission of an attempt that was killed before it could note it in trial.json.
std::optional<std::string> recorded_run(const fs::path& home, const TrialKey& key,
                                        const TrialHistory& history, const std::string& method_sha256) {
  if (history.submitting_sha256 != method_sha256) return std::nullopt;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(store::runs_folder(home), absent)) {
    const std::string name = entry.path().filename().string();
    if (name.find("-" + key.task + "-") == std::string::npos) continue;
    if (!fs::exists(entry.path() / "result.json", absent)) continue;
    try {
      const store::Result result = store::load_result(entry.path());
      const bool ours = result.label == key.label && result.created >= history.submitting_since &&
                        result.evaluation.task_sha256 == key.task_sha256 &&
                        result.evaluation.method_sha256 == method_sha256 &&
                        result.evaluation.seal == key.seal;
      if (ours) return result.id;
    } catch (const Error&) {
      continue;  // what cannot be read is reported by whoever lists the store
    }
  }
  return std::nullopt;
}

std::string submitted(const TrialOrder& order, const TrialLog& log, const TrialHistory& history,
                      TrialDesk& desk, const evaluate::Method& method) {
  if (auto run = recorded_run(order.places->home, log.key(), history, method.sha256)) return *run;
  write_atomic(log.folder() / "method.cpp", method.source);
  log.event("submitting", {{"method_sha256", method.sha256}});
  const store::Submission submission = desk.submit(method);
  if (!submission.recorded) throw infrastructure(submission.result.note);
  return submission.result.id;
}

TrialEnd carried_out(const TrialOrder& order, const TrialLog& log, const TrialHistory& history) {
  try {
    TrialDesk desk(order, log, history.tests);
    const evaluate::Method method = evaluate::method_from_source(order.agent->run(desk));
    const TrialEnd end{submitted(order, log, history, desk, method), method.sha256, desk.tests()};
    log.event("submitted", {{"run", end.run}});
    log.finish(end);
    return end;
  } catch (const std::exception& error) {
    log.try_event("stopped", {{"message", error.what()}});
    throw;
  }
}

/// None when the run folder is gone: then the trial is not done after all.
std::optional<store::Result> result_of(const fs::path& home, const TrialEnd& end) {
  const fs::path folder = store::runs_folder(home) / end.run;
  if (!fs::exists(folder / "result.json")) return std::nullopt;
  return store::load_result(folder);
}

TrialOutcome outcome_of(const TrialOrder& order, const TrialLog& log, const TrialEnd& end,
                        const store::Result& result) {
  TrialOutcome outcome;
  outcome.id = log.id();
  outcome.run = end.run;
  outcome.method_sha256 = end.method_sha256;
  outcome.tests = end.tests;
  const std::vector<TestReport> tests = log.history().tests;
  if (!tests.empty()) outcome.first_test = tests.front().score;
  for (const TestReport& test : tests) {
    if (test.score) outcome.best_test = std::max(*test.score, outcome.best_test.value_or(0));
  }
  outcome.scored = store::score_of(*order.yardstick, result.evaluation);
  for (const auto& run : result.evaluation.runs) outcome.cpu_s += run.cpu_s;
  return outcome;
}

}  // namespace

double TrialProgress::share() const {
  const double part = runs > 0 ? static_cast<double>(runs_done) / runs : 0;
  // An agent may submit before its tests are spent.
  return ((submitting ? granted : tests) + part) / (granted + 1);
}

double TrialProgress::share_before() const { return static_cast<double>(repeated) / (granted + 1); }

Brief brief_of(const store::Yardstick& yardstick) {
  const task::Task& task = yardstick.task;
  Brief brief{task.id, task.title, task.question, {}, {}, yardstick.note};
  for (const auto& setting : task.settings) {
    if (!setting.hidden) brief.settings.push_back(setting.id);
  }
  std::vector<score::BaselineScore> scores;
  if (yardstick.calibration) scores = score::baseline_scores(task, *yardstick.calibration, true);
  for (const auto& baseline : task.baselines) {
    BaselineBrief one{baseline.id, baseline.title, baseline.start,
                      read_file(task.source_of(baseline), evaluate::max_method_bytes), std::nullopt};
    const auto score = std::ranges::find(scores, baseline.id, &score::BaselineScore::id);
    if (score != scores.end()) one.visible = score->score;
    brief.baselines.push_back(std::move(one));
  }
  return brief;
}

TrialOutcome run_trial(const TrialOrder& order) {
  const TrialLog log(order.places->home, key_of(order));
  const FileLock lock(log.folder() / "lock");
  const fs::path& home = order.places->home;
  if (const auto end = log.end()) {
    if (const auto result = result_of(home, *end)) {
      TrialOutcome outcome = outcome_of(order, log, *end, *result);
      outcome.earlier = true;
      return outcome;
    }
  }
  const TrialHistory history = log.history();
  log.event(history.begun ? "resumed" : "created", to_json(log.key()));
  const TrialEnd end = carried_out(order, log, history);
  const auto result = result_of(home, end);
  if (!result) throw infrastructure(fmt::format("the submission {} has disappeared", end.run));
  return outcome_of(order, log, end, *result);
}

}  // namespace mls::trial
