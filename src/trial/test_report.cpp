#include "trial/test_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace mls::trial {
namespace {

constexpr std::size_t max_details_bytes = 4096;

/// Means over the runs that were ok.
score::Metrics mean_metrics(const evaluate::Evaluation& evaluation, const std::string& setting) {
  score::Metrics sums;
  std::map<std::string, int> counts;
  for (const auto& run : evaluation.runs) {
    if (run.setting != setting) continue;
    for (const auto& [metric, value] : run.metrics) {
      if (!std::isfinite(value)) continue;
      sums[metric] += value;
      ++counts[metric];
    }
  }
  for (auto& [metric, sum] : sums) sum /= counts[metric];
  return sums;
}

/// Cut at a character's beginning.
std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes) + " ...";
}

}  // namespace

TestReport report_of(const store::Yardstick& yardstick, const evaluate::Evaluation& evaluation) {
  TestReport report;
  report.method_sha256 = evaluation.method_sha256;
  const auto failed = std::ranges::find_if(
      evaluation.runs, [](const auto& run) { return run.status != evaluate::Status::ok; });
  if (failed != evaluation.runs.end()) {
    report.status = failed->status;
    report.message = failed->message.substr(0, failed->message.find('\n'));
    report.details = cut(failed->message, max_details_bytes);
  }
  for (const auto& setting : yardstick.task.settings) {
    if (!setting.hidden) report.metrics.emplace_back(setting.id, mean_metrics(evaluation, setting.id));
  }
  const store::Scored scored = store::score_of(yardstick, evaluation);
  if (!scored.score) return report;
  report.score = scored.score->score;
  for (const auto& setting : scored.score->settings) report.settings.emplace_back(setting.id, setting.score);
  return report;
}

void require_no_fault(const evaluate::Evaluation& evaluation) {
  const auto fault =
      std::ranges::find(evaluation.runs, evaluate::Status::infrastructure, &evaluate::RunRecord::status);
  if (fault != evaluation.runs.end()) {
    throw infrastructure(fmt::format("a test failed through a fault of the benchmark: {} seed {}: {}",
                                     fault->setting, fault->seed, fault->message));
  }
}

}  // namespace mls::trial
