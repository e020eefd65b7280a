#include "trial/trial_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "store/run_folder.hpp"
#include "task/nearest.hpp"
#include "trial/costs.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_end_bytes = std::size_t{1} << 20;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

int integer_field(const Json& json, const char* name) {
  const Json& value = json.at(name);
  if (!is_int(value)) throw bad_input(fmt::format("\"{}\" is not an integer", name));
  return value.get<int>();
}

constexpr std::array<std::pair<std::string_view, Step::Kind>, 4> steps{
    {{"edit", Step::Kind::edit},
     {"test", Step::Kind::test},
     {"submission", Step::Kind::submission},
     {"note", Step::Kind::note}}};

void check_sha256(const std::string& text) {
  const bool good = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!good) throw bad_input(fmt::format("\"{}\" is not a SHA-256", text.substr(0, 80)));
}

Step step_of(Step::Kind kind, const Json& event) {
  Step step;
  step.kind = kind;
  if (kind == Step::Kind::note) return step;
  step.method_sha256 = event.at("method_sha256").get<std::string>();
  check_sha256(step.method_sha256);
  if (kind == Step::Kind::test) step.report = test_report_from_json(event);
  if (event.contains("predictions")) step.predictions = event.at("predictions");
  return step;
}

/// What a supervisor writes even if no agent comes to work.
constexpr std::array<std::string_view, 4> without_agent{"created", "resumed", "stopped", "clock"};

/// Takes one event into account.
void add(TrialHistory& history, const Json& event) {
  const auto kind = event.at("event").get<std::string>();
  history.begun = true;
  if (std::ranges::find(without_agent, kind) == without_agent.end()) history.worked = true;
  const auto* const known = std::ranges::find(steps, kind, [](const auto& one) { return one.first; });
  if (known != steps.end()) history.steps.push_back(step_of(known->second, event));
  if (kind == "diverged") {
    const int kept = integer_field(event, "steps");
    history.steps.resize(std::min(history.steps.size(), static_cast<std::size_t>(std::max(kept, 0))));
  }
  if (kind == "ended") history.ended = true;
  if (event.contains("used"))
    history.seconds = std::max(history.seconds, used_from_json(event.at("used")).seconds);
  if (kind == "submitting") {
    history.submitting_sha256 = event.at("method_sha256").get<std::string>();
    history.submitting_since = event.at("time").get<std::string>();
  }
  if (kind == "vanilla") history.vanilla = true;
  if (kind == "submitted") history.submitted_runs.push_back(event.at("run").get<std::string>());
}

fs::path method_path(const fs::path& folder, const std::string& sha256) {
  check_sha256(sha256);
  return folder / "methods" / (sha256 + ".cpp");
}

/// A few of many.
std::string listed(const std::vector<std::string>& ids) {
  constexpr std::size_t most = 8;
  if (ids.size() <= most) return fmt::format("{}", fmt::join(ids, ", "));
  return fmt::format("{} and {} more", fmt::join(ids.begin(), ids.begin() + most, ", "), ids.size() - most);
}

/// The one that is meant.
std::string id_named(const fs::path& home, const std::string& name) {
  const fs::path given = fs::path(name).lexically_normal();
  const fs::path last = given.has_filename() ? given.filename() : given.parent_path().filename();
  std::error_code absent;
  const bool is_folder = fs::equivalent(given, trials_folder(home) / last, absent);
  std::string beginning = is_folder ? last.string() : name;
  const std::vector<std::string> found = trial_ids(home, beginning);
  if (std::ranges::find(found, beginning) != found.end()) return beginning;
  if (found.size() == 1) return found.front();
  if (!found.empty())
    throw usage_error(fmt::format("\"{}\" may be any of {}; give more of the id", name, listed(found)));
  const auto all = trial_ids(home, "");
  throw usage_error(fmt::format("there is no trial \"{}\" in {}; {}", name, trials_folder(home).string(),
                                all.empty() ? std::string("there is none at all, `mls run` makes them")
                                            : fmt::format("did you mean \"{}\"? There are: {}",
                                                          task::nearest(name, all).front(), listed(all))));
}

}  // namespace

Json to_json(const TrialKey& key) {
  return {{"task", key.task},
          {"task_sha256", key.task_sha256},
          {"yardstick_sha256", key.yardstick_sha256},
          {"seal", key.seal},
          {"agent", key.agent},
          {"settings", key.settings},
          {"label", key.label},
          {"conditions", to_json(key.conditions)}};
}

TrialKey trial_key_from_json(const Json& json) {
  try {
    const auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
    return {text("task"), text("task_sha256"), text("yardstick_sha256"), text("seal"), text("agent"),
            json.at("settings"), text("label"),
            // Trials of before there were any were held under the usual ones.
            json.contains("conditions") ? conditions_from_json(json.at("conditions")) : Conditions{}};
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not what a trial is decided by: {}", error.what()));
  }
}

std::string id_of(const TrialKey& key) {
  Json trial = to_json(key);
  if (key.conditions == Conditions{}) trial.erase("conditions");
  const Json all{{"format", trial_format}, {"trial", std::move(trial)}};
  return fmt::format("{}-{}-{}", key.task, key.agent, sha256_hex(text_of(all)).substr(0, 16));
}

std::vector<std::string> trial_ids(const fs::path& home, const std::string& beginning) {
  std::vector<std::string> found;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(trials_folder(home), absent)) {
    const std::string id = entry.path().filename().string();
    if (entry.is_directory(absent) && id.starts_with(beginning)) found.push_back(id);
  }
  std::ranges::sort(found);
  return found;
}

std::filesystem::path trials_folder(const std::filesystem::path& home) { return home / "trials"; }

TrialLog::TrialLog(const std::filesystem::path& home, TrialKey key, llm::Redactor redact)
    : key_(std::move(key)),
      redact_(std::move(redact)),
      id_(id_of(key_)),
      folder_(trials_folder(home) / id_) {}

TrialLog TrialLog::named(const fs::path& home, const std::string& name) {
  const fs::path folder = trials_folder(home) / id_named(home, name);
  const auto events = store::load_events(folder).events;
  try {
    if (events.empty()) throw bad_input("no event can be read in it: it is missing, empty or torn");
    if (events.front().at("event") != "created") throw bad_input("the first event is not \"created\"");
    if (events.front().at("format") != trial_format)
      throw bad_input(fmt::format("format {} is not {}, which this program reads",
                                  events.front().at("format").dump(), trial_format));
    TrialLog log(home, trial_key_from_json(events.front()));
    if (log.folder() != folder)
      throw bad_input(
          fmt::format("it tells of the trial {}, not of what its folder is named after", log.id()));
    return log;
  } catch (const std::exception& error) {
    throw bad_input(fmt::format("{}: {}; restore the folder as it was, or delete it to begin the trial anew",
                                (folder / "events.jsonl").string(), error.what()));
  }
}

std::vector<TestReport> TrialHistory::tests() const {
  std::vector<TestReport> tests;
  for (const Step& step : steps) {
    if (step.report) tests.push_back(*step.report);
  }
  return tests;
}

std::vector<Json> TrialLog::events() const { return store::load_events(folder_).events; }

TrialHistory TrialLog::history() const {
  TrialHistory history;
  for (const Json& event : events()) {
    try {
      add(history, event);
    } catch (const std::exception& error) {
      throw bad_input(fmt::format("{}: {}; delete the folder to begin this trial anew",
                                  (folder_ / "events.jsonl").string(), error.what()));
    }
  }
  return history;
}

void TrialLog::keep(const evaluate::Method& method) const {
  if (redact_.occurs_in(method.source)) {
    throw Refusal(Refusal::Reason::unacceptable,
                  "the method holds the value of an environment variable that was passed on as a secret; it "
                  "was not taken, and nothing was counted: take it out of method.cpp and try again");
  }
  const fs::path file = method_path(folder_, method.sha256);
  if (!fs::exists(file)) write_atomic(file, method.source);
}

evaluate::Method TrialLog::kept(const std::string& sha256) const {
  const fs::path file = method_path(folder_, sha256);
  constexpr const char* remedy = "restore it, or delete the trial's folder to begin it anew";
  std::string source;
  try {
    source = read_untrusted_file(file, evaluate::max_method_bytes);
  } catch (const Error& error) {
    throw bad_input(fmt::format("{}: the log names this method; {}", error.what(), remedy));
  }
  evaluate::Method method = evaluate::method_from_source(source);
  if (method.sha256 == sha256) return method;
  throw bad_input(fmt::format("{}: its SHA-256 is {}, not what its name says: somebody changed it; {}",
                              file.string(), method.sha256, remedy));
}

void TrialLog::event(std::string_view kind, const Json& fields) const {
  Json line{{"time", store::utc_now()}, {"event", kind}};
  const bool decides = kind == "created" || kind == "resumed";
  line.update(decides ? fields : redact_(fields));
  append_line(folder_ / "events.jsonl", text_of(line));
}

void TrialLog::try_event(std::string_view kind, const Json& fields) const noexcept {
  try {
    event(kind, fields);
  } catch (const std::exception&) {
    // Whoever calls reports it: there is a better reason to tell.
  }
}

std::optional<TrialEnd> trial_end_in(const fs::path& folder) {
  const fs::path file = folder / "trial.json";
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const Json json = parse_json(read_untrusted_file(file, max_end_bytes));
    if (json.at("format") != trial_format)
      throw bad_input(fmt::format("format {} is not known", json.at("format").dump()));
    return TrialEnd{json.at("run").get<std::string>(), json.at("method_sha256").get<std::string>(),
                    integer_field(json, "tests"), json.at("vanilla_sha256").get<std::string>()};
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
                   {"vanilla_sha256", end.vanilla_sha256},
                   {"finished", store::utc_now()}});
  if (const auto costs = costs_in(events())) json.update(to_json(costs));
  write_atomic(folder_ / "trial.json", json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mls::trial
