// Reading and writing calibration.json (docs/calibration-format.md).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "score/calibration.hpp"

namespace mls::score {
namespace {

constexpr int format_version = 1;
constexpr std::size_t most_bytes = 64 << 20;

// ---- writing

// CPU time differs a little each time; two digits keep most of that out of diffs.
double two_digits(double seconds) { return std::strtod(fmt::format("{:.2g}", seconds).c_str(), nullptr); }

Json to_json(const BaselineRecord& baseline) {
  Json settings = Json::object();
  for (const auto& [id, runs] : baseline.settings) {
    Json cpu_s = Json::array();
    Json rows = Json::array();
    for (const auto& run : runs) {
      cpu_s.push_back(two_digits(run.cpu_s));
      rows.push_back({{"seed", run.seed}, {"metrics", run.metrics}});
    }
    settings[id] = {{"cpu_s", std::move(cpu_s)}, {"runs", std::move(rows)}};
  }
  return {{"id", baseline.id}, {"method_sha256", baseline.method_sha256}, {"settings", std::move(settings)}};
}

Json to_json(const TermAnchors& term) {
  Json result = {
      {"metric", term.metric}, {"floor", term.anchors.floor}, {"reference", term.anchors.reference}};
  if (term.anchors.bound) result["bound"] = *term.anchors.bound;
  result["floor_baseline"] = term.floor_baseline;
  result["reference_baseline"] = term.reference_baseline;
  return result;
}

// A run, a term's anchors or the CPU seconds of a setting: one line each.
bool is_row(const Json& value) {
  if (value.is_object()) return value.contains("seed") || value.contains("metric");
  return value.is_array() && std::ranges::all_of(value, &Json::is_number);
}

void write_row(const Json& value, std::string& text) {
  if (!value.is_structured()) {
    text += value.dump();
    return;
  }
  text += value.is_object() ? '{' : '[';
  const char* separator = "";
  for (const auto& item : value.items()) {
    text += std::exchange(separator, ", ");
    if (value.is_object()) text += Json(item.key()).dump() + ": ";
    write_row(item.value(), text);
  }
  text += value.is_object() ? '}' : ']';
}

void write(const Json& value, std::size_t indent, std::string& text) {
  if (!value.is_structured() || value.empty() || is_row(value)) return write_row(value, text);
  text += value.is_object() ? '{' : '[';
  const char* separator = "\n";
  for (const auto& item : value.items()) {
    text += std::exchange(separator, ",\n");
    text.append(indent + 2, ' ');
    if (value.is_object()) text += Json(item.key()).dump() + ": ";
    write(item.value(), indent + 2, text);
  }
  text += '\n';
  text.append(indent, ' ');
  text += value.is_object() ? '}' : ']';
}

// ---- reading

// One value of the file and where it stands, so that every complaint can name it.
class Field {
 public:
  Field(const Json& value, std::string path, const std::string& file, const std::string& task)
      : value_(value), path_(std::move(path)), file_(file), task_(task) {}

  [[nodiscard]] Error error(std::string_view found, std::string_view expected) const {
    return bad_input(fmt::format("{}: {}: found {}, expected {}; write the file anew with `mls calibrate {}`",
                                 file_, path_.empty() ? "whole file" : path_, found, expected, task_));
  }
  [[nodiscard]] Error error(std::string_view expected) const {
    if (value_.is_structured()) return error(std::string("an ") + value_.type_name(), expected);
    std::string found = value_.dump();
    if (found.size() > 60) found = found.substr(0, 60) + "...";
    return error(found, expected);
  }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) throw error("a string");
    return value_.get<std::string>();
  }
  [[nodiscard]] std::string sha256() const {
    const std::string digits = text();
    if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
      throw error("64 lower-case hexadecimal digits");
    }
    return digits;
  }
  [[nodiscard]] double number() const {
    if (!value_.is_number() || !std::isfinite(value_.get<double>())) throw error("a finite number");
    return value_.get<double>();
  }
  void require(const Json& expected) const {
    if (value_ != expected) throw error(expected.dump());
  }

  // An object's field; the caller has checked the keys.
  [[nodiscard]] Field operator[](const std::string& key) const {
    return {value_.at(key), path_.empty() ? key : path_ + "." + key, file_, task_};
  }
  [[nodiscard]] Field operator[](std::size_t index) const {
    return {value_.at(index), fmt::format("{}[{}]", path_, index), file_, task_};
  }
  [[nodiscard]] std::size_t size() const {
    if (!value_.is_array()) throw error("an array");
    return value_.size();
  }
  [[nodiscard]] std::vector<std::string> keys() const {
    if (!value_.is_object()) throw error("an object");
    std::vector<std::string> result;
    for (const auto& item : value_.items()) result.push_back(item.key());
    return result;
  }
  [[nodiscard]] bool has(const std::string& key) const { return value_.contains(key); }

  // Every key of `required`, and besides them only those of `optional`.
  void require_keys(const std::vector<std::string>& required,
                    const std::vector<std::string>& optional = {}) const {
    const std::vector<std::string> found = keys();
    for (const auto& key : required) {
      if (!has(key)) throw error(fmt::format("no '{}'", key), fmt::format("a field '{}'", key));
    }
    for (const auto& key : found) {
      if (std::ranges::count(required, key) + std::ranges::count(optional, key) == 0) {
        throw error(fmt::format("unknown field '{}'", key),
                    fmt::format("only {}", fmt::join(required, ", ")));
      }
    }
  }

 private:
  const Json& value_;
  std::string path_;
  const std::string& file_;
  const std::string& task_;
};

// Metrics that a run of `setting` must have: those that are scored and those that expectations speak of.
std::vector<std::string> needed_metrics(const task::Task& task, const task::Setting& setting) {
  std::set<std::string> result;
  for (const auto& term : setting.terms) result.insert(term.metric);
  for (const auto& fact : task.expectations) {
    if (fact.setting == "*" || fact.setting == setting.id) result.insert(fact.metric);
  }
  return {result.begin(), result.end()};
}

template <typename Items>
std::vector<std::string> ids_of(const Items& items) {
  std::vector<std::string> result;
  result.reserve(items.size());
  for (const auto& item : items) result.push_back(item.id);
  return result;
}

std::vector<SeedRun> read_runs(const task::Task& task, const task::Setting& setting, const Field& field) {
  field.require_keys({"cpu_s", "runs"});
  const Field cpu_s = field["cpu_s"];
  const Field rows = field["runs"];
  for (const Field& list : {cpu_s, rows}) {
    if (std::cmp_equal(list.size(), task.seeds)) continue;
    throw list.error(fmt::format("{} entries", list.size()),
                     fmt::format("one for each of {} seeds", task.seeds));
  }
  std::vector<SeedRun> result;
  for (int seed = 0; seed < task.seeds; ++seed) {
    const auto index = static_cast<std::size_t>(seed);
    const Field row = rows[index];
    row.require_keys({"seed", "metrics"});
    row["seed"].require(seed);
    const Field metrics = row["metrics"];
    metrics.require_keys(needed_metrics(task, setting), ids_of(task.metrics));
    SeedRun run{seed, {}, cpu_s[index].number()};
    if (run.cpu_s < 0) throw cpu_s[index].error("seconds >= 0");
    for (const auto& key : metrics.keys()) run.metrics[key] = metrics[key].number();
    result.push_back(std::move(run));
  }
  return result;
}

std::vector<BaselineRecord> read_baselines(const task::Task& task, const Field& field) {
  std::vector<BaselineRecord> result;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const Field entry = field[i];
    entry.require_keys({"id", "method_sha256", "settings"});
    result.push_back({entry["id"].text(), entry["method_sha256"].sha256(), {}});
  }
  const auto found = ids_of(result);
  const auto expected = ids_of(task.baselines);
  if (found != expected) {
    throw field.error(fmt::format("baselines {}", fmt::join(found, ", ")),
                      fmt::format("those of task.toml in order: {}", fmt::join(expected, ", ")));
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Field settings = field[i]["settings"];
    settings.require_keys(ids_of(task.settings));
    for (const auto& setting : task.settings) {
      result[i].settings[setting.id] = read_runs(task, setting, settings[setting.id]);
    }
  }
  return result;
}

TermAnchors read_term(const Field& field) {
  field.require_keys({"metric", "floor", "reference", "floor_baseline", "reference_baseline"}, {"bound"});
  TermAnchors result{field["metric"].text(),
                     {field["floor"].number(), field["reference"].number(), {}},
                     field["floor_baseline"].text(),
                     field["reference_baseline"].text()};
  if (field.has("bound")) result.anchors.bound = field["bound"].number();
  return result;
}

std::map<std::string, std::vector<TermAnchors>> anchors_in_file(const task::Task& task,
                                                                const std::vector<BaselineRecord>& baselines,
                                                                const std::string& file) {
  try {
    return anchors_of(task, baselines);
  } catch (const Error& error) {
    throw bad_input(file + ": baselines: " + error.what());
  }
}

// The stored anchors are there to be read; they count only when the raw values give exactly the same.
void require_anchors(const std::map<std::string, std::vector<TermAnchors>>& expected, const Field& field) {
  std::vector<std::string> settings;
  settings.reserve(expected.size());
  for (const auto& [id, terms] : expected) settings.push_back(id);
  field.require_keys(settings);
  for (const auto& [id, terms] : expected) {
    const Field list = field[id];
    if (list.size() != terms.size()) {
      throw list.error(fmt::format("{} terms", list.size()),
                       fmt::format("{}, as in task.toml", terms.size()));
    }
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (read_term(list[i]) == terms[i]) continue;
      std::string row;
      write_row(to_json(terms[i]), row);
      throw list[i].error(
          row + ", which follows from the raw values (edited by hand, or other terms in task.toml)");
    }
  }
}

void require_same_text(std::string_view found, std::string_view expected, const Field& whole) {
  if (found == expected) return;
  const auto ends = std::ranges::mismatch(found, expected);
  const auto line = 1 + std::count(found.begin(), ends.in1, '\n');
  const auto line_of = [](std::string_view text, std::size_t at) {
    const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return std::string(text.substr(start, std::min<std::size_t>(text.find('\n', at) - start, 120)));
  };
  const auto at = static_cast<std::size_t>(ends.in1 - found.begin());
  throw whole.error(
      fmt::format("line {} as `{}`", line, line_of(found, at)),
      fmt::format("`{}` (edited by hand, or written by another version)", line_of(expected, at)));
}

Json parse(std::string_view text, const std::string& file, const std::string& task) {
  try {
    return parse_json(text);
  } catch (const Error& fault) {
    throw Field({}, "", file, task)
        .error("no valid JSON, half-written or edited (" + std::string(fault.what()).substr(0, 200) + ")",
               "a calibration");
  }
}

std::filesystem::path path_of(const task::Task& task) { return task.folder / "calibration.json"; }

}  // namespace

Json to_json(const Calibration& calibration) {
  Json baselines = Json::array();
  for (const auto& baseline : calibration.baselines) baselines.push_back(to_json(baseline));
  Json anchors = Json::object();
  for (const auto& [setting, terms] : calibration.anchors) {
    Json& list = anchors[setting] = Json::array();
    for (const auto& term : terms) list.push_back(to_json(term));
  }
  return {{"format", format_version},
          {"task", calibration.task},
          {"task_sha256", calibration.task_sha256},
          {"seal", calibration.seal},
          {"versions", calibration.versions},
          {"baselines", std::move(baselines)},
          {"anchors", std::move(anchors)}};
}

std::string to_text(const Calibration& calibration) {
  std::string text;
  write(to_json(calibration), 0, text);
  return text + '\n';
}

Calibration parse_calibration(const task::Task& task, std::string_view text, const std::string& file) {
  const Json json = parse(text, file, task.id);
  const Field whole(json, "", file, task.id);
  whole.require_keys({"format", "task", "task_sha256", "seal", "versions", "baselines", "anchors"});
  whole["format"].require(format_version);
  whole["task"].require(task.id);
  Calibration result{task.id, whole["task_sha256"].sha256(), whole["seal"].text(), {}, {}, {}};
  const Field versions = whole["versions"];
  for (const auto& key : versions.keys()) result.versions[key] = versions[key].text();
  result.baselines = read_baselines(task, whole["baselines"]);
  result.anchors = anchors_in_file(task, result.baselines, file);
  require_anchors(result.anchors, whole["anchors"]);
  require_same_text(text, to_text(result), whole);
  return result;
}

Calibration load_calibration(const task::Task& task) {
  const auto path = path_of(task);
  if (!std::filesystem::exists(path)) {
    throw bad_input(fmt::format("{}: found no file, expected the measured baselines; run `mls calibrate {}`",
                                path.string(), task.id));
  }
  return parse_calibration(task, read_file(path, most_bytes), path.string());
}

void save_calibration(const task::Task& task, const Calibration& calibration) {
  const auto path = path_of(task);
  const std::string text = to_text(calibration);
  static_cast<void>(parse_calibration(task, text, path.string()));
  write_atomic(path, text);
}

}  // namespace mls::score
