#include "cli/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/rng.hpp"
#include "evaluate/workers.hpp"
#include "report/leaderboard.hpp"
#include "score/scorer.hpp"
#include "store/index.hpp"
#include "store/run_folder.hpp"
#include "store/scoring.hpp"

namespace mls::cli::bench {
namespace {

constexpr int scored_runs = 1'000'000;
constexpr int indexed_runs = 100'000;

/// Made-up methods: the baselines with every metric off by up to five per cent.
class MadeUp {
 public:
  evaluate::Evaluation evaluation(const store::Yardstick& yardstick) {
    const score::Calibration& calibration = yardstick.calibrated();
    const auto& baselines = calibration.baselines;
    const auto& baseline = baselines[rng_.below(baselines.size())];
    evaluate::Evaluation made{yardstick.task.id,
                              yardstick.task_sha256,
                              std::string(64, 'd'),
                              calibration.seal,
                              calibration.versions,
                              {},
                              {}};
    for (const auto& setting : yardstick.task.settings) {
      for (const auto& run : baseline.settings.at(setting.id)) {
        evaluate::RunRecord record;
        record.setting = setting.id;
        record.seed = run.seed;
        record.status = evaluate::Status::ok;
        for (const auto& [name, value] : run.metrics) record.metrics[name] = value * rng_.uniform(0.95, 1.05);
        record.cpu_s = run.cpu_s;
        made.runs.push_back(std::move(record));
      }
    }
    return made;
  }

 private:
  Rng rng_{1};
};

std::vector<store::Yardstick> calibrated(const evaluate::Places& places) {
  std::vector<store::Yardstick> found = store::Yardsticks(places.root, places.home).all();
  std::erase_if(found, [](const auto& yardstick) { return !yardstick.calibration; });
  return found;
}

int runs_per_method(const std::vector<store::Yardstick>& yardsticks) {
  int runs = 0;
  for (const auto& yardstick : yardsticks)
    runs += static_cast<int>(yardstick.task.settings.size()) * yardstick.task.seeds;
  return runs;
}

store::Entry entry_of(const store::Yardstick& yardstick, const std::string& label,
                      const score::TaskScore& score) {
  store::Entry entry;
  entry.task = yardstick.task.id;
  entry.label = label;
  entry.seal = yardstick.calibrated().seal;
  entry.standing = store::Standing::scored;
  entry.score = score.score;
  entry.standard_error = score.standard_error;
  for (const auto& setting : score.settings)
    entry.settings.push_back({setting.id, setting.hidden, setting.score, setting.standard_error});
  return entry;
}

/// Seconds from raw metrics in memory to a ranked board. The metrics are made up a few methods at a time,
/// outside of the measurement.
double score_and_rank(const std::vector<store::Yardstick>& all, score::Errors errors) {
  constexpr int batch = 500;
  const int methods = scored_runs / runs_per_method(all);
  MadeUp made_up;
  store::Snapshot snapshot;
  double seconds = 0;
  for (const auto& yardstick : all) {
    const score::Scorer scorer(yardstick.task, yardstick.calibrated());
    for (int first = 0; first < methods; first += batch) {
      std::vector<score::Runs> runs;
      for (int i = first; i < std::min(first + batch, methods); ++i)
        runs.push_back(made_up.evaluation(yardstick).by_setting());
      seconds += seconds_of([&] {
        for (std::size_t i = 0; i < runs.size(); ++i) {
          const auto label = fmt::format("method {}", first + static_cast<int>(i));
          snapshot.entries.push_back(entry_of(yardstick, label, scorer(runs[i], errors)));
        }
      });
    }
  }
  const store::Yardsticks yardsticks(all);
  return seconds + seconds_of([&] { (void)report::board_of(yardsticks, snapshot); });
}

/// Run folders as submissions leave them, but not synced to disk one by one.
void write_run_folders(const std::filesystem::path& home, const std::vector<store::Yardstick>& all,
                       int methods) {
  MadeUp made_up;
  for (int i = 0; i < methods; ++i) {
    for (const auto& yardstick : all) {
      store::Result result;
      result.task = yardstick.task.id;
      result.id = fmt::format("20260131T120000Z-{}-{:08x}", result.task, i);
      result.label = fmt::format("method {}", i);
      result.created = result.finished = "2026-01-31T12:00:00Z";
      result.evaluation = made_up.evaluation(yardstick);
      result.score = store::score_of(yardstick, result.evaluation).score;
      result.yardstick_sha256 = yardstick.sha256;
      const auto folder = store::runs_folder(home) / result.id;
      std::filesystem::create_directories(folder);
      std::ofstream(folder / "result.json") << store::to_json(result).dump(1) << "\n";
    }
  }
}

void add_index_figures(const std::vector<store::Yardstick>& all, std::vector<Figure>& figures) {
  const TemporaryFolder home;
  write_run_folders(home.path(), all, indexed_runs / runs_per_method(all));
  const store::Yardsticks present(all);
  figures.push_back({"index.rebuild-100k-runs",
                     seconds_of([&] { (void)store::reindex(home.path(), present); }), "s", "", "< 10 s"});
  auto others = all;
  for (auto& yardstick : others) yardstick.sha256 = std::string(64, '0');
  const store::Yardsticks changed(others);
  figures.push_back({"index.rescore-100k-runs",
                     seconds_of([&] { (void)store::snapshot(home.path(), changed); }), "s", "", "< 10 s"});
  figures.push_back({"index.look-100k-runs",
                     1000 * seconds_of([&] { (void)store::snapshot(home.path(), changed); }), "ms", "", ""});
}

}  // namespace

double seconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::filesystem::path built(const evaluate::Toolchain& toolchain, const task::Task& task,
                            const evaluate::Method& method) {
  evaluate::HostBuild build = toolchain.build(task, method);
  if (build.status != evaluate::Status::ok) throw infrastructure("bench: " + build.error);
  return std::move(build.program);
}

evaluate::RunRecord run_of(const evaluate::Runner& runner, const task::Setting& setting,
                           const std::filesystem::path& host) {
  evaluate::RunRecord record = runner.run({&setting, 0, {}}, host, evaluate::usable_cores().front(), {});
  if (record.status != evaluate::Status::ok) throw infrastructure("bench: " + record.message);
  return record;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void add_result_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  const auto all = calibrated(places);
  if (all.empty()) return;
  figures.push_back(
      {"results.score-and-rank-1M-runs", score_and_rank(all, score::Errors::none), "s", "", "< 1 s"});
  figures.push_back(
      {"results.with-standard-errors-1M-runs", score_and_rank(all, score::Errors::bootstrap), "s", "", ""});
  add_index_figures(all, figures);
}

}  // namespace mls::cli::bench
