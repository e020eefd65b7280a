// How much CPU time a method gets: a multiple of what the task's reference baseline needs on this very
// machine.
//
// Theory of operation: the first time a setting is run on a machine, evaluate() runs the reference baseline
// there as it runs everything, under the task's cap alone, and notes its CPU seconds below <home>/machine. A
// slow machine so gives methods as much room as a fast one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "task/task.hpp"

namespace mls::evaluate {

/// A reference that takes next to nothing would leave no room for the cost of starting.
inline constexpr double least_cpu_budget_s = 0.5;
/// Of these first seeds the median counts.
inline constexpr int reference_seeds = 2;

/// What one run's hosts may use together.
struct CpuBudget {
  double cpu_s = 0;
  std::string exceeded;  ///< one line for people: what was used up, and why it was that much
};

/// cpu_factor x reference_s, but at least least_cpu_budget_s and never more than cpu_s. Without `reference_s`
/// (the reference itself is being measured, or the task names none) cpu_s alone.
[[nodiscard]] CpuBudget cpu_budget(const task::Limits& limits, std::optional<double> reference_s);

/// What decides how long the reference takes.
struct ReferenceKey {
  std::string task_sha256;
  std::string reference_sha256;  ///< of the baseline's source
  std::string setting;
  std::string seal;  ///< public id: other draws, other times
  std::map<std::string, std::string> versions;
};

/// The reference's CPU seconds, by machine. Safe for several threads and processes: entries appear by one
/// rename.
class ReferenceTimes {
 public:
  /// `cpu_model` tells machines apart that share a `home`.
  explicit ReferenceTimes(const std::filesystem::path& home, std::string cpu_model = this_cpu_model());

  /// Median over the measured seeds. A damaged entry counts as absent and is replaced by the next put.
  [[nodiscard]] std::optional<double> get(const ReferenceKey& key) const;
  /// `cpu_s`: by seed, each above 0.
  void put(const ReferenceKey& key, const std::vector<double>& cpu_s) const;
  [[nodiscard]] std::filesystem::path place(const ReferenceKey& key) const;

  /// As /proc/cpuinfo names it; "unknown" when it does not.
  [[nodiscard]] static std::string this_cpu_model();

 private:
  std::filesystem::path folder_;
  std::string cpu_model_;
};

}  // namespace mls::evaluate
