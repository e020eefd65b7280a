#include "evaluate/cpu_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <utility>

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json.hpp"

namespace mls::evaluate {
namespace {

constexpr std::size_t max_entry_bytes = std::size_t{64} << 10;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

bool plausible(const std::vector<double>& cpu_s) {
  return !cpu_s.empty() && std::all_of(cpu_s.begin(), cpu_s.end(),
                                       [](double value) { return std::isfinite(value) && value > 0; });
}

}  // namespace

CpuBudget cpu_budget(const task::Limits& limits, std::optional<double> reference_s) {
  if (!reference_s) return {limits.cpu_s, fmt::format("used more than {} s of CPU time", limits.cpu_s)};
  const double relative = limits.cpu_factor * *reference_s;
  const std::string product = fmt::format("{} x {:.3g} s", limits.cpu_factor, *reference_s);
  const std::string what =
      fmt::format("{} times the reference baseline '{}'", limits.cpu_factor, limits.reference);
  if (relative >= limits.cpu_s) {
    return {
        limits.cpu_s,
        fmt::format(
            "used more than {} s of CPU time, the task's cap on every machine ({} on this one would be {})",
            limits.cpu_s, what, product)};
  }
  if (relative < least_cpu_budget_s) {
    const double least = std::min(least_cpu_budget_s, limits.cpu_s);
    return {
        least,
        fmt::format(
            "used more than {} s of CPU time, the least that any run gets ({} on this machine are only {})",
            least, what, product)};
  }
  return {relative, fmt::format("used more CPU time than {} needs on this machine ({})", what, product)};
}

std::string ReferenceTimes::this_cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t at = line.find(": ");
    if (at != std::string::npos) return line.substr(at + 2);
  }
  return "unknown";
}

ReferenceTimes::ReferenceTimes(const std::filesystem::path& home, std::string cpu_model)
    : folder_(home / "machine"), cpu_model_(std::move(cpu_model)) {}

std::filesystem::path ReferenceTimes::place(const ReferenceKey& key) const {
  const Json all{cpu_model_, key.task_sha256, key.reference_sha256, key.setting, key.seal, key.versions};
  return folder_ / (sha256_hex(all.dump(-1, ' ', false, Json::error_handler_t::replace)) + ".json");
}

std::optional<double> ReferenceTimes::get(const ReferenceKey& key) const {
  const std::filesystem::path file = place(key);
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const auto cpu_s = Json::parse(read_file(file, max_entry_bytes)).at("cpu_s").get<std::vector<double>>();
    return plausible(cpu_s) ? std::optional(median(cpu_s)) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ReferenceTimes::put(const ReferenceKey& key, const std::vector<double>& cpu_s) const {
  const Json entry{{"cpu_model", cpu_model_},
                   {"setting", key.setting},
                   {"reference_sha256", key.reference_sha256},
                   {"task_sha256", key.task_sha256},
                   {"seal", key.seal},
                   {"versions", key.versions},
                   {"cpu_s", cpu_s}};
  write_atomic(place(key), entry.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mls::evaluate
