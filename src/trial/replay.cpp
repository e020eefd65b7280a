#include "trial/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

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

void compare(Replayed& replayed) {
  if (replayed.recorded != replayed.now)
    replayed.differences.push_back(
        fmt::format("score {}, now {}", number_text(replayed.recorded), number_text(replayed.now)));
}

/// Every run, to the bit.
void compare_runs(Replayed& replayed, const evaluate::Evaluation& before, const evaluate::Evaluation& now) {
  if (before.runs.size() != now.runs.size()) {
    replayed.differences.push_back(fmt::format("{} runs, now {}", before.runs.size(), now.runs.size()));
    return;
  }
  for (std::size_t i = 0; i < now.runs.size(); ++i) {
    const auto& one = before.runs[i];
    const auto& other = now.runs[i];
    if (one.status == other.status && one.metrics == other.metrics) continue;
    replayed.differences.push_back(fmt::format("{} seed {}: {}, now {}", one.setting, one.seed,
                                               evaluate::name_of(one.status),
                                               evaluate::name_of(other.status)));
  }
}

std::optional<double> score_in(const store::Yardstick& yardstick, const evaluate::Evaluation& evaluation) {
  const auto scored = store::score_of(yardstick, evaluation);
  return scored.score ? std::optional(scored.score->score) : std::nullopt;
}

class Replay {
 public:
  Replay(const evaluate::Places& places, const TrialLog& log, evaluate::Options options,
         const evaluate::ProgressSink& progress)
      : places_(places),
        log_(log),
        options_(std::move(options)),
        progress_(progress),
        yardstick_(yardstick_for(places, log, options_.seal.id)),
        timed_(
            std::ranges::any_of(yardstick_.task.metrics, [](const auto& metric) { return metric.timed; })) {
    options_.fresh = true;
    options_.capped = log.key().conditions.comparable();
  }

  Replayed test(std::size_t number, const TestReport& report) {
    Replayed replayed = begun(fmt::format("test {}", number), report.method_sha256);
    const TestReport now = report_of(yardstick_, evaluated(report.method_sha256, true));
    replayed.recorded = report.score;
    replayed.now = now.score;
    compare(replayed);
    if (report.status != now.status) {
      replayed.differences.push_back(
          fmt::format("status {}, now {}", evaluate::name_of(report.status), evaluate::name_of(now.status)));
    }
    if (report.metrics != now.metrics) replayed.differences.emplace_back("other metrics");
    return replayed;
  }

  Replayed scored(const std::string& what, const evaluate::Evaluation& before) {
    Replayed replayed = begun(what, before.method_sha256);
    const evaluate::Evaluation now = evaluated(before.method_sha256, false);
    replayed.recorded = score_in(yardstick_, before);
    replayed.now = score_in(yardstick_, now);
    compare(replayed);
    compare_runs(replayed, before, now);
    return replayed;
  }

 private:
  [[nodiscard]] Replayed begun(const std::string& what, const std::string& sha256) const {
    Replayed replayed;
    replayed.what = what;
    replayed.method_sha256 = sha256;
    replayed.timed = timed_;
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
  bool timed_;
};

constexpr const char* remedy = "restore it, or run the trial again to have it scored once more";

evaluate::Evaluation vanilla_in(const TrialLog& log) {
  const fs::path file = log.folder() / "vanilla.json";
  try {
    return evaluate::evaluation_from_json(
        parse_json(read_untrusted_file(file, max_vanilla_bytes)).at("evaluation"));
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

}  // namespace

std::vector<Replayed> replay(const evaluate::Places& places, const TrialLog& log, evaluate::Options options,
                             const evaluate::ProgressSink& progress) {
  Replay once_more(places, log, std::move(options), progress);
  std::vector<Replayed> all;
  for (const TestReport& test : log.history().tests()) all.push_back(once_more.test(all.size() + 1, test));
  if (const auto end = log.end()) {
    const store::Result result = submission_in(places.home, end->run);
    all.push_back(once_more.scored("submission", result.evaluation));
    if (end->vanilla_sha256 != end->method_sha256)
      all.push_back(once_more.scored("vanilla", vanilla_in(log)));
  }
  return all;
}

}  // namespace mls::trial
