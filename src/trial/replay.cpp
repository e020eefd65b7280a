#include "trial/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "core/files.hpp"
#include "store/run_folder.hpp"
#include "store/scoring.hpp"
#include "trial/test_report.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_vanilla_bytes = std::size_t{16} << 20;

store::Yardstick yardstick_for(const evaluate::Places& places, const TrialLog& log, const std::string& seal) {
  const TrialKey& key = log.key();
  if (key.seal != seal) {
    throw bad_input(
        fmt::format("the trial was made under the seal {}, and this is {}; name its key with --seal-key",
                    key.seal, seal));
  }
  store::Yardstick yardstick =
      store::yardstick_of(places.root, places.home, task::find(places.root, key.task), seal);
  if (yardstick.task_sha256 != key.task_sha256) {
    throw bad_input(
        fmt::format("{} has changed since the trial: its scores cannot come out the same; replay it "
                    "with the version of the benchmark that made it",
                    key.task));
  }
  if (yardstick.sha256 != key.yardstick_sha256)
    throw bad_input(fmt::format("the calibration of {} has changed since the trial", key.task));
  return yardstick;
}

std::string number_text(const std::optional<double>& score) {
  return score ? fmt::format("{:.6f}", 100 * *score) : std::string("none");
}

bool is_timed(const task::Task& task, const std::string& metric) {
  return std::ranges::any_of(task.metrics,
                             [&](const task::Metric& one) { return one.id == metric && one.timed; });
}

/// Whether its score depends on what a clock measures.
bool is_timed(const task::Task& task, const task::Setting& setting) {
  return std::ranges::any_of(setting.terms,
                             [&](const task::Term& term) { return is_timed(task, term.metric); });
}

bool is_timed_setting(const task::Task& task, const std::string& id) {
  return std::ranges::any_of(task.settings,
                             [&](const task::Setting& one) { return one.id == id && is_timed(task, one); });
}

void leave_out(Comparison& comparison, const std::string& what) {
  auto& all = comparison.not_compared;
  if (std::ranges::find(all, what) == all.end()) all.push_back(what);
}

void compare_scores(Comparison& comparison, const std::string& what, const std::optional<double>& before,
                    const std::optional<double>& now) {
  if (before != now)
    comparison.differences.push_back(
        fmt::format("{} {}, now {}", what, number_text(before), number_text(now)));
}

/// Whether both hold values of the same names, in the same order.
bool same_names(const auto& one, const auto& other) {
  const auto name = [](const auto& part) { return part.first; };
  return std::ranges::equal(one, other, {}, name, name);
}

void compare_metrics(Comparison& comparison, const task::Task& task, const std::string& where,
                     const score::Metrics& before, const score::Metrics& now) {
  if (!same_names(before, now)) {
    comparison.differences.push_back(where + ": other metrics than now");
    return;
  }
  for (const auto& [metric, value] : now) {
    const double recorded = before.at(metric);
    if (is_timed(task, metric)) {
      leave_out(comparison, "metric " + metric);
    } else if (recorded != value) {
      comparison.differences.push_back(fmt::format("{}: {} {}, now {}", where, metric, recorded, value));
    }
  }
}

void compare_settings(Comparison& comparison, const task::Task& task, const TestReport& before,
                      const TestReport& now) {
  // JSON objects are sorted by name, settings are in the order of the task.
  const std::map<std::string, score::Metrics> recorded(before.metrics.begin(), before.metrics.end());
  const std::map<std::string, score::Metrics> found(now.metrics.begin(), now.metrics.end());
  if (!same_names(before.settings, now.settings) || !same_names(recorded, found)) {
    comparison.differences.emplace_back("other settings than now");
    return;
  }
  for (const auto& [setting, metrics] : found)
    compare_metrics(comparison, task, setting, recorded.at(setting), metrics);
  for (std::size_t i = 0; i < now.settings.size(); ++i) {
    const auto& [setting, score] = now.settings[i];
    if (is_timed_setting(task, setting)) {
      leave_out(comparison, "score of " + setting);
    } else {
      compare_scores(comparison, "score of " + setting, before.settings[i].second, score);
    }
  }
}

/// Where a run failed the score is 0, whatever the clock says.
void compare_score(Comparison& comparison, bool timed, bool ok, const std::optional<double>& before,
                   const std::optional<double>& now) {
  if (timed && ok && before.has_value() == now.has_value()) {
    leave_out(comparison, "score");
  } else {
    compare_scores(comparison, "score", before, now);
  }
}

bool all_ok(const evaluate::Evaluation& evaluation) {
  return std::ranges::all_of(evaluation.runs,
                             [](const auto& run) { return run.status == evaluate::Status::ok; });
}

// Scores are stored in percent.
constexpr double rounding = 1e-9;

/// The stored score is a convenience, which must say what the runs say.
void compare_with_runs(Comparison& comparison, const std::optional<double>& stored,
                       const std::optional<double>& of_runs) {
  const bool same =
      stored.has_value() == of_runs.has_value() && (!stored || std::abs(*stored - *of_runs) <= rounding);
  if (!same) {
    comparison.differences.push_back(fmt::format("the stored score is {}, that of the stored runs {}",
                                                 number_text(stored), number_text(of_runs)));
  }
}

std::optional<double> score_in(const store::Yardstick& yardstick, const evaluate::Evaluation& evaluation) {
  const auto scored = store::score_of(yardstick, evaluation);
  return scored.score ? std::optional(scored.score->score) : std::nullopt;
}

/// What is kept of a method that was scored: its runs, and beside them the score.
struct Record {
  evaluate::Evaluation evaluation;
  std::optional<double> score;
};

class Replay {
 public:
  Replay(const evaluate::Places& places, const TrialLog& log, evaluate::Options options,
         const evaluate::ProgressSink& progress)
      : places_(places),
        log_(log),
        options_(std::move(options)),
        progress_(progress),
        yardstick_(yardstick_for(places, log, options_.seal.id)) {
    options_.fresh = true;
    options_.capped = log.key().conditions.comparable();
  }

  Replayed test(std::size_t number, const TestReport& report) {
    Replayed replayed = begun(fmt::format("test {}", number), report.method_sha256);
    const TestReport now = report_of(yardstick_, evaluated(report.method_sha256, true));
    replayed.recorded = report.score;
    replayed.now = now.score;
    replayed.comparison = compared(yardstick_.task, report, now);
    return replayed;
  }

  Replayed scored(const std::string& what, const Record& record) {
    const evaluate::Evaluation& before = record.evaluation;
    Replayed replayed = begun(what, before.method_sha256);
    const evaluate::Evaluation now = evaluated(before.method_sha256, false);
    replayed.recorded = score_in(yardstick_, before);
    replayed.now = score_in(yardstick_, now);
    replayed.comparison = compared(yardstick_.task, before, now);
    const bool timed = std::ranges::any_of(
        yardstick_.task.settings, [this](const auto& one) { return is_timed(yardstick_.task, one); });
    compare_score(replayed.comparison, timed, all_ok(before) && all_ok(now), replayed.recorded, replayed.now);
    compare_with_runs(replayed.comparison, record.score, replayed.recorded);
    return replayed;
  }

 private:
  [[nodiscard]] static Replayed begun(const std::string& what, const std::string& sha256) {
    Replayed replayed;
    replayed.what = what;
    replayed.method_sha256 = sha256;
    return replayed;
  }

  [[nodiscard]] evaluate::Evaluation evaluated(const std::string& sha256, bool as_test) const {
    evaluate::Options options = options_;
    options.visible_only = options.rehearsal = as_test;
    auto evaluation = evaluate::evaluate(places_, yardstick_.task, method(sha256), options, progress_);
    require_no_fault(evaluation);
    return evaluation;
  }

  /// What workspaces begin with is kept by the benchmark.
  [[nodiscard]] evaluate::Method method(const std::string& sha256) const {
    const auto start = evaluate::load_method(yardstick_.task.folder / "method.cpp");
    return start.sha256 == sha256 ? start : log_.kept(sha256);
  }

  const evaluate::Places& places_;
  const TrialLog& log_;
  evaluate::Options options_;
  const evaluate::ProgressSink& progress_;
  store::Yardstick yardstick_;
};

constexpr const char* remedy = "restore it, or run the trial again to have it scored once more";

Record vanilla_in(const TrialLog& log) {
  const fs::path file = log.folder() / "vanilla.json";
  try {
    const Json json = parse_json(read_untrusted_file(file, max_vanilla_bytes));
    Record record{evaluate::evaluation_from_json(json.at("evaluation")), std::nullopt};
    if (!json.at("score").is_null()) record.score = store::task_score_from_json(json.at("score")).score;
    return record;
  } catch (const std::exception& error) {
    throw bad_input(fmt::format("{}: {}; {}", file.string(), error.what(), remedy));
  }
}

store::Result submission_in(const fs::path& home, const std::string& run) {
  try {
    return store::load_result(store::runs_folder(home) / run);
  } catch (const Error& error) {
    throw bad_input(fmt::format("the recorded submission cannot be read: {}; {}", error.what(), remedy));
  }
}

/// A file that was exchanged for that of another method proves nothing of this trial.
void require_method(const Record& record, const std::string& sha256, const char* what) {
  if (record.evaluation.method_sha256 == sha256) return;
  throw bad_input(fmt::format("the record of the {} is of the method {}, and trial.json says {}", what,
                              record.evaluation.method_sha256.substr(0, 12), sha256.substr(0, 12)));
}

struct Ended {
  Record submission;
  std::optional<Record> vanilla;  ///< none where it is the submission
};

std::optional<Ended> ended_in(const evaluate::Places& places, const TrialLog& log) {
  const auto end = log.end();
  if (!end) return std::nullopt;
  const store::Result result = submission_in(places.home, end->run);
  Ended ended{{result.evaluation, result.score ? std::optional(result.score->score) : std::nullopt},
              std::nullopt};
  require_method(ended.submission, end->method_sha256, "submission");
  if (end->vanilla_sha256 == end->method_sha256) return ended;
  ended.vanilla = vanilla_in(log);
  require_method(*ended.vanilla, end->vanilla_sha256, "first test's method");
  return ended;
}

}  // namespace

Comparison compared(const task::Task& task, const TestReport& before, const TestReport& now) {
  Comparison comparison;
  const bool timed = std::ranges::any_of(
      now.settings, [&](const auto& setting) { return is_timed_setting(task, setting.first); });
  const bool ok = before.status == evaluate::Status::ok && now.status == evaluate::Status::ok;
  compare_score(comparison, timed, ok, before.score, now.score);
  if (before.status != now.status) {
    comparison.differences.push_back(
        fmt::format("status {}, now {}", evaluate::name_of(before.status), evaluate::name_of(now.status)));
  }
  compare_settings(comparison, task, before, now);
  return comparison;
}

Comparison compared(const task::Task& task, const evaluate::Evaluation& before,
                    const evaluate::Evaluation& now) {
  Comparison comparison;
  if (before.runs.size() != now.runs.size()) {
    comparison.differences.push_back(fmt::format("{} runs, now {}", before.runs.size(), now.runs.size()));
    return comparison;
  }
  for (std::size_t i = 0; i < now.runs.size(); ++i) {
    const auto& one = before.runs[i];
    const auto& other = now.runs[i];
    const std::string where = fmt::format("{} seed {}", other.setting, other.seed);
    if (one.setting != other.setting || one.seed != other.seed) {
      comparison.differences.push_back(fmt::format("{} seed {}, now {}", one.setting, one.seed, where));
    } else if (one.status != other.status) {
      comparison.differences.push_back(fmt::format("{}: {}, now {}", where, evaluate::name_of(one.status),
                                                   evaluate::name_of(other.status)));
    } else {
      compare_metrics(comparison, task, where, one.metrics, other.metrics);
    }
  }
  return comparison;
}

std::vector<Replayed> replay(const evaluate::Places& places, const TrialLog& log, evaluate::Options options,
                             const evaluate::ProgressSink& progress) {
  Replay once_more(places, log, std::move(options), progress);
  // Read first: what is wrong about it is known at once then.
  const std::optional<Ended> ended = ended_in(places, log);
  std::vector<Replayed> all;
  for (const TestReport& test : log.history().tests()) all.push_back(once_more.test(all.size() + 1, test));
  if (ended) all.push_back(once_more.scored("submission", ended->submission));
  if (ended && ended->vanilla) all.push_back(once_more.scored("vanilla", *ended->vanilla));
  return all;
}

}  // namespace mls::trial
