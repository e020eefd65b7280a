#include "quality/run_gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <sstream>

#include "core/error.hpp"
#include "task/sources.hpp"

namespace mls::quality {
namespace {

using evaluate::Status;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : "; ") + item; }

/// The files of `#include "file"`.
std::vector<std::string> quoted_includes(const std::string& source) {
  std::vector<std::string> files;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t'; });
    constexpr std::string_view start = "#include\"";
    if (!line.starts_with(start)) continue;
    line = line.substr(start.size());
    files.push_back(line.substr(0, line.find('"')));
  }
  return files;
}

std::vector<std::string> timed_metrics(const task::Task& task) {
  std::vector<std::string> timed;
  for (const auto& metric : task.metrics) {
    if (metric.timed) timed.push_back(metric.id);
  }
  return timed;
}

Repeat without(Repeat repeat, const std::vector<std::string>& metrics) {
  for (const std::string& metric : metrics) {
    repeat.first.metrics.erase(metric);
    repeat.second.metrics.erase(metric);
    if (repeat.calibrated) repeat.calibrated->erase(metric);
  }
  return repeat;
}

bool same_bits(const score::Metrics& one, const score::Metrics& other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.first == b.first &&
           std::bit_cast<std::uint64_t>(a.second) == std::bit_cast<std::uint64_t>(b.second);
  });
}

std::string where(const Repeat& repeat) {
  return fmt::format("{} in {} seed {}", repeat.baseline, repeat.first.setting, repeat.first.seed);
}

/// "regret 0.25 and 0.5": the first metric in which they differ.
std::string difference(const score::Metrics& one, const score::Metrics& other) {
  for (const auto& [name, value] : one) {
    const auto at = other.find(name);
    if (at == other.end()) return fmt::format("{} {} and none", name, value);
    if (std::bit_cast<std::uint64_t>(value) != std::bit_cast<std::uint64_t>(at->second)) {
      return fmt::format("{} {} and {}", name, value, at->second);
    }
  }
  return "different metrics";
}

/// Why the repeat does not count as deterministic; empty when it does.
std::string fault_of(const Repeat& repeat) {
  for (const auto* run : {&repeat.first, &repeat.second}) {
    if (run->status == Status::ok) continue;
    return fmt::format("{}: {}: {}", where(repeat), evaluate::name_of(run->status), first_line(run->message));
  }
  if (!same_bits(repeat.first.metrics, repeat.second.metrics)) {
    return fmt::format("{}: two runs give {}", where(repeat),
                       difference(repeat.first.metrics, repeat.second.metrics));
  }
  if (repeat.calibrated && !same_bits(repeat.first.metrics, *repeat.calibrated)) {
    return fmt::format("{}: run and calibration.json give {}", where(repeat),
                       difference(repeat.first.metrics, *repeat.calibrated));
  }
  return "";
}

double tier_limit_s(const std::string& tier) { return tier == "S" ? 3 : tier == "M" ? 10 : 30; }

double cpu_s(const evaluate::RunRecord& run) { return run.cpu_s + run.judge_cpu_s; }
double cost_of(const Repeat& repeat) { return std::min(cpu_s(repeat.first), cpu_s(repeat.second)); }

/// A null method's score, and the reason in words.
struct NullVerdict {
  double score = 0;
  std::string text;
  bool clean = true;
};

NullVerdict failed_verdict(const evaluate::RunRecord& run) {
  const std::string status(evaluate::name_of(run.status));
  if (run.message.empty()) return {0, status + " without a word of explanation", false};
  if (run.status == Status::infrastructure)
    return {0, "a fault of the benchmark: " + first_line(run.message), false};
  return {0, status, true};
}

NullVerdict scored_verdict(const task::Task& task, const score::Calibration* calibration,
                           const NullResult& result) {
  if (result.must_fail) return {0, "its runs did not fail", false};
  if (calibration == nullptr)
    return {0, "gives valid output, and there is no calibration to score it by", false};
  const auto score = score::score_runs(task, *calibration, result.evaluation.by_setting());
  if (score.score > 0) return {score.score, fmt::format("scores {:.1f}", 100 * score.score), false};
  const auto sunk =
      std::ranges::find_if(score.settings, [](const auto& setting) { return setting.score <= 0; });
  return {0, sunk == score.settings.end() ? "0" : "at or below the floor in " + sunk->id, true};
}

NullVerdict verdict_of(const task::Task& task, const score::Calibration* calibration,
                       const NullResult& result) {
  if (result.evaluation.runs.empty()) return {0, "was not run", false};
  for (const auto& run : result.evaluation.runs) {
    if (run.status == Status::ok) continue;
    NullVerdict verdict = failed_verdict(run);
    if (!verdict.clean || run.status != Status::compile_error) return verdict;
    return {0, "does not compile: " + first_line(run.message), false};
  }
  return scored_verdict(task, calibration, result);
}

}  // namespace

std::vector<std::string> strangers_of(const std::filesystem::path& root, const task::Task& task,
                                      const std::string& source) {
  const auto offered = task::source_closure(root, task.folder / "surface.hpp");
  std::vector<std::string> strangers;
  for (const std::string& file : quoted_includes(source)) {
    const std::array places{task.folder / file, root / "src" / file, root / file};
    const bool known = std::ranges::any_of(places, [&](const std::filesystem::path& path) {
      return std::ranges::find(offered, path.lexically_normal()) != offered.end();
    });
    if (!known) strangers.push_back(file);
  }
  return strangers;
}

Gate scope_gate(const std::vector<Compiled>& baselines) {
  const auto good = std::ranges::count_if(
      baselines, [](const Compiled& one) { return one.error.empty() && one.strangers.empty(); });
  Gate gate{
      "scope", false, static_cast<double>(good), Relation::at_least, static_cast<double>(baselines.size()),
      ""};
  gate.passed = *gate.value >= gate.bound && !baselines.empty();
  for (const auto& one : baselines) {
    if (!one.error.empty())
      add(gate.detail, fmt::format("{} does not compile: {}", one.baseline, first_line(one.error)));
    if (!one.strangers.empty()) {
      add(gate.detail, fmt::format("{} includes {}, which surface.hpp does not offer", one.baseline,
                                   fmt::join(one.strangers, ", ")));
    }
  }
  if (gate.passed) gate.detail = "every baseline compiles through surface.hpp alone";
  return gate;
}

Gate portability_gate(const std::vector<Portable>& programs) {
  Gate gate{"portability", !programs.empty(), 0, Relation::at_most, 0, ""};
  for (const auto& one : programs) {
    if (one.instructions.empty()) continue;
    gate.passed = false;
    *gate.value += 1;
    add(gate.detail, fmt::format("{} uses {}, whose results differ between makers of processors", one.program,
                                 fmt::join(one.instructions, ", ")));
  }
  if (gate.passed) gate.detail = "no instruction whose result a maker of processors may choose";
  return gate;
}

Gate determinism_gate(const task::Task& task, const std::vector<Repeat>& repeats) {
  Gate gate{"determinism", false, 0, Relation::at_least, static_cast<double>(repeats.size()), ""};
  const auto timed = timed_metrics(task);
  if (timed.size() == task.metrics.size()) {
    gate.detail = "every metric is timed: report one that is computed, so that two runs can be compared";
    return gate;
  }
  std::size_t calibrated = 0;
  for (const auto& repeat : repeats) {
    const std::string fault = fault_of(without(repeat, timed));
    if (fault.empty()) {
      *gate.value += 1;
    } else {
      add(gate.detail, fault);
    }
    calibrated += repeat.calibrated ? 1 : 0;
  }
  gate.passed = *gate.value >= gate.bound && !repeats.empty();
  if (gate.passed) {
    gate.detail =
        fmt::format("two fresh runs give the same bits{}",
                    calibrated == repeats.size() ? ", which are those of calibration.json"
                                                 : "; calibration.json was measured by other versions");
    if (!timed.empty())
      gate.detail += fmt::format("; not compared, for they are measured times: {}", fmt::join(timed, ", "));
  }
  return gate;
}

Gate cost_gate(const task::Task& task, const std::vector<Repeat>& repeats) {
  Gate gate{"cost", false, {}, Relation::at_most, tier_limit_s(task.tier), "no run to measure"};
  if (repeats.empty()) return gate;
  const auto dearest = std::ranges::max_element(repeats, {}, cost_of);
  gate.value = cost_of(*dearest);
  gate.passed = *gate.value <= gate.bound;
  const auto& run = cpu_s(dearest->first) <= cpu_s(dearest->second) ? dearest->first : dearest->second;
  gate.detail = fmt::format("CPU s in tier {}: {}, host {:.2f} and judge {:.2f}", task.tier, where(*dearest),
                            run.cpu_s, run.judge_cpu_s);
  return gate;
}

Gate null_gate(const task::Task& task, const score::Calibration* calibration,
               const std::vector<NullResult>& results) {
  Gate gate{"null-methods", true, 0, Relation::at_most, 0, ""};
  if (std::ranges::all_of(results, &NullResult::must_fail)) {
    // What a constant or zeros are depends on the surface.
    return {"null-methods",    false, {},
            Relation::at_most, 0,     "the task brings no null methods: add null/*.cpp"};
  }
  std::string failures;
  for (const auto& result : results) {
    const NullVerdict verdict = verdict_of(task, calibration, result);
    gate.value = std::max(*gate.value, 100 * verdict.score);
    add(verdict.clean ? gate.detail : failures, fmt::format("{}: {}", result.name, verdict.text));
    gate.passed = gate.passed && verdict.clean;
  }
  if (!failures.empty()) gate.detail = failures;
  return gate;
}

}  // namespace mls::quality
