#include "evaluate/result_cache.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"

namespace mls::evaluate {
namespace {

constexpr std::size_t max_entry_bytes = std::size_t{1} << 20;

constexpr std::array<std::pair<Status, std::string_view>, 9> status_names{{
    {Status::ok, "ok"},
    {Status::compile_error, "compile_error"},
    {Status::rejected, "rejected"},
    {Status::timeout, "timeout"},
    {Status::crash, "crash"},
    {Status::oom, "oom"},
    {Status::protocol_violation, "protocol_violation"},
    {Status::invalid_output, "invalid_output"},
    {Status::infrastructure, "infrastructure"},
}};

template <typename T>
T field(const Json& json, const char* name) {
  try {
    const Json& value = json.at(name);
    if (std::is_same_v<T, int> && !is_int(value))
      throw bad_input(fmt::format("field '{}': not an integer", name));
    return value.get<T>();
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("field '{}': {}", name, error.what()));
  }
}

}  // namespace

std::string_view name_of(Status status) {
  for (const auto& [value, name] : status_names) {
    if (value == status) return name;
  }
  return "infrastructure";
}

std::optional<Status> status_named(std::string_view name) {
  for (const auto& [value, known] : status_names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Json to_json(const RunRecord& record) {
  return {{"setting", record.setting},        {"seed", record.seed},
          {"status", name_of(record.status)}, {"metrics", record.metrics},
          {"wall_s", record.wall_s},          {"cpu_s", record.cpu_s},
          {"rss_mb", record.rss_mb},          {"judge_cpu_s", record.judge_cpu_s},
          {"message", record.message}};
}

RunRecord run_from_json(const Json& json) {
  RunRecord record;
  record.setting = field<std::string>(json, "setting");
  record.seed = field<int>(json, "seed");
  const auto status = field<std::string>(json, "status");
  const std::optional<Status> known = status_named(status);
  if (!known) throw bad_input(fmt::format("field 'status': '{}' is unknown", status));
  record.status = *known;
  record.metrics = field<score::Metrics>(json, "metrics");
  for (const auto& [name, value] : record.metrics) {
    if (!std::isfinite(value)) throw bad_input(fmt::format("field 'metrics': '{}' is not finite", name));
  }
  record.wall_s = field<double>(json, "wall_s");
  record.cpu_s = field<double>(json, "cpu_s");
  if (json.contains("judge_cpu_s")) record.judge_cpu_s = field<double>(json, "judge_cpu_s");
  record.rss_mb = field<double>(json, "rss_mb");
  record.message = field<std::string>(json, "message");
  return record;
}

std::filesystem::path ResultCache::place(const RunKey& key) const {
  Json all{key.task_sha256, key.method_sha256, key.setting, key.seed, key.seal, key.versions};
  if (!key.capped) all.push_back("uncapped");
  const std::string hash = sha256_hex(all.dump());
  return folder_ / hash.substr(0, 2) / (hash + ".json");
}

std::optional<RunRecord> ResultCache::get(const RunKey& key) const {
  const std::filesystem::path file = place(key);
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    RunRecord record = run_from_json(parse_json(read_file(file, max_entry_bytes)));
    if (record.setting != key.setting || record.seed != key.seed) return std::nullopt;
    record.cached = true;
    return record;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ResultCache::put(const RunKey& key, const RunRecord& record) const {
  if (record.status == Status::infrastructure || record.status == Status::timeout || record.doubtful) return;
  write_atomic(place(key), to_json(record).dump(1) + "\n");
}

}  // namespace mls::evaluate
