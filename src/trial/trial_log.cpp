#include "trial/trial_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "store/run_folder.hpp"

namespace mls::trial {
namespace {

constexpr int trial_format = 1;
constexpr std::size_t max_end_bytes = std::size_t{1} << 20;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

int integer_field(const Json& json, const char* name) {
  const Json& value = json.at(name);
  if (!is_int(value)) throw bad_input(fmt::format("\"{}\" is not an integer", name));
  return value.get<int>();
}

/// Takes one event into account.
void add(TrialHistory& history, const Json& event) {
  const auto kind = event.at("event").get<std::string>();
  history.begun = true;
  if (kind == "test") history.tests.push_back(test_report_from_json(event));
  if (kind == "diverged") {
    const int kept = integer_field(event, "tests");
    history.tests.resize(std::min(history.tests.size(), static_cast<std::size_t>(std::max(kept, 0))));
  }
  if (kind == "submitting") {
    history.submitting_sha256 = event.at("method_sha256").get<std::string>();
    history.submitting_since = event.at("time").get<std::string>();
  }
}

}  // namespace

Json to_json(const TrialKey& key) {
  return {{"task", key.task},
          {"task_sha256", key.task_sha256},
          {"yardstick_sha256", key.yardstick_sha256},
          {"seal", key.seal},
          {"agent", key.agent},
          {"settings", key.settings},
          {"label", key.label}};
}

std::string id_of(const TrialKey& key) {
  const Json all{{"format", trial_format}, {"trial", to_json(key)}};
  return fmt::format("{}-{}-{}", key.task, key.agent, sha256_hex(text_of(all)).substr(0, 16));
}

std::filesystem::path trials_folder(const std::filesystem::path& home) { return home / "trials"; }

TrialLog::TrialLog(const std::filesystem::path& home, TrialKey key)
    : key_(std::move(key)), id_(id_of(key_)), folder_(trials_folder(home) / id_) {}

TrialHistory TrialLog::history() const {
  TrialHistory history;
  for (const Json& event : store::load_events(folder_).events) {
    try {
      add(history, event);
    } catch (const std::exception& error) {
      throw bad_input(fmt::format("{}: {}; delete the folder to begin this trial anew",
                                  (folder_ / "events.jsonl").string(), error.what()));
    }
  }
  return history;
}

void TrialLog::event(std::string_view kind, const Json& fields) const {
  Json line{{"time", store::utc_now()}, {"event", kind}};
  line.update(fields);
  append_line(folder_ / "events.jsonl", text_of(line));
}

void TrialLog::try_event(std::string_view kind, const Json& fields) const noexcept {
  try {
    event(kind, fields);
  } catch (const std::exception&) {
    // Whoever calls has a better reason to tell.
  }
}

std::optional<TrialEnd> TrialLog::end() const {
  const std::filesystem::path file = folder_ / "trial.json";
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const Json json = parse_json(read_untrusted_file(file, max_end_bytes));
    if (json.at("format") != trial_format)
      throw bad_input(fmt::format("format {} is not known", json.at("format").dump()));
    return TrialEnd{json.at("run").get<std::string>(), json.at("method_sha256").get<std::string>(),
                    integer_field(json, "tests")};
  } catch (const std::exception& error) {
    throw bad_input(
        fmt::format("{}: {}; delete the folder to begin this trial anew", file.string(), error.what()));
  }
}

void TrialLog::finish(const TrialEnd& end) const {
  Json json{{"format", trial_format}, {"id", id_}};
  json.update(to_json(key_));
  json.update(Json{{"run", end.run},
                   {"method_sha256", end.method_sha256},
                   {"tests", end.tests},
                   {"finished", store::utc_now()}});
  write_atomic(folder_ / "trial.json", json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mls::trial
