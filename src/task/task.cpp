#include "task/task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "task/nearest.hpp"
#include "task/packs.hpp"
#include "task/strict_toml.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

constexpr int least_baselines = 3;
constexpr int least_settings = 3;

template <typename T>
std::vector<std::string> ids_of(const std::vector<T>& items) {
  std::vector<std::string> ids;
  ids.reserve(items.size());
  for (const T& item : items) ids.push_back(item.id);
  return ids;
}

template <typename T>
const T& find_by_id(const Task& task, const std::vector<T>& items, std::string_view id,
                    std::string_view kind) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
  if (found != items.end()) return *found;
  throw bad_input(
      fmt::format("{}: no {} '{}'; write one of: {}", task.id, kind, id, fmt::join(ids_of(items), ", ")));
}

Direction direction_of(const std::string& name) {
  return name == "lower" ? Direction::lower : Direction::higher;
}

Transform transform_of(const std::string& name) {
  if (name == "log") return Transform::log;
  return name == "log1m" ? Transform::log1m : Transform::identity;
}

Metric read_metric(const TomlFields& fields) {
  Metric metric;
  metric.id = fields.id("id");
  metric.direction = direction_of(fields.choice("direction", {"lower", "higher"}));
  metric.description = fields.text("description");
  if (fields.has("chance")) metric.chance = fields.real("chance");
  metric.timed = fields.flag("timed", false);
  return metric;
}

/// A bound must be attainable and finite after the transform, and better than a guess.
void check_bound(const TomlFields& fields, double bound, const Term& term, const Metric& metric) {
  if ((term.transform == Transform::log && bound <= 0) ||
      (term.transform == Transform::log1m && bound >= 1)) {
    throw fields.error(
        "bound", fmt::format("'bound' is {}, where the transform has no finite value; leave it out: the "
                             "score of this term is then unbounded",
                             bound));
  }
  const bool lower = metric.direction == Direction::lower;
  if (metric.chance && (lower ? bound >= *metric.chance : bound <= *metric.chance)) {
    throw fields.error("bound",
                       fmt::format("'bound' is {}, no better than chance = {} of metric '{}'; write the best "
                                   "attainable value ({} is better)",
                                   bound, *metric.chance, metric.id, lower ? "lower" : "higher"));
  }
}

Term read_term(const TomlFields& fields, const std::vector<Metric>& metrics) {
  Term term;
  term.metric = fields.choice("metric", ids_of(metrics));
  if (fields.has("weight")) term.weight = fields.positive("weight", 1e6);
  term.transform = transform_of(fields.choice("transform", {"identity", "log", "log1m"}, "identity"));
  if (fields.has("bound")) {
    const double bound = fields.real("bound");
    const auto metric =
        std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.id == term.metric; });
    check_bound(fields, bound, term, *metric);
    term.bound = bound;
  }
  return term;
}

/// A whole host may need less than what a task's limit must allow for its largest setting.
constexpr std::int64_t least_memory_mb = 4;

Setting read_setting(const TomlFields& fields, const std::vector<Metric>& metrics) {
  Setting setting;
  setting.id = fields.id("id");
  setting.hidden = fields.flag("hidden", false);
  setting.axis = fields.text("axis");
  setting.description = fields.text("description");
  if (fields.has("memory_mb")) setting.memory_mb = fields.integer("memory_mb", least_memory_mb, 65536);
  setting.params = fields.object("params");
  const auto terms = fields.tables("terms", {"metric", "weight", "transform", "bound"});
  if (terms.empty()) {
    throw fields.error(
        "terms", fmt::format("setting '{}' is not scored; add terms = [{{ metric = \"{}\", weight = 1.0 }}]",
                             setting.id, metrics.front().id));
  }
  for (const TomlFields& term : terms) setting.terms.push_back(read_term(term, metrics));
  TomlFields::require_unique(terms, "metric");
  return setting;
}

Baseline read_baseline(const TomlFields& fields) {
  return {fields.id("id"), fields.text("title"), fields.text("source"), fields.flag("start", false)};
}

Reference read_reference(const TomlFields& fields) {
  return {fields.text("cite"), static_cast<int>(fields.integer("year", 1600, 2100))};
}

/// All but the reference, which is a baseline's id.
Limits read_limits(const TomlFields& fields) {
  return {fields.positive("wall_s", 3600),
          fields.positive("cpu_s", 3600),
          fields.integer("memory_mb", 16, 65536),
          fields.positive("cpu_factor", 1000),
          {}};
}

/// Reads one task.toml; the order of the steps is the order in which an author fills the file.
class Loader {
 public:
  Loader(const fs::path& folder, const std::vector<Pack>* registry)
      : registry_(registry),
        document_(read_toml(folder / "task.toml", "docs/task-format.md")),
        root_(document_, {"task", "limits", "metric", "setting", "baseline", "expect", "reference"}),
        head_(root_.table("task", {"id", "area", "title", "question", "protocol", "tier", "lite", "runtime",
                                   "seeds", "packs"})) {
    task_.folder = folder;
  }

  Task load() {
    read_head();
    const TomlFields limits =
        root_.table("limits", {"wall_s", "cpu_s", "memory_mb", "cpu_factor", "reference"});
    task_.limits = read_limits(limits);
    read_metrics();
    read_settings();
    read_baselines();
    task_.limits.reference = limits.choice("reference", ids_of(task_.baselines));
    read_expectations();
    for (const TomlFields& fields : root_.tables("reference", {"cite", "year"})) {
      task_.references.push_back(read_reference(fields));
    }
    check_files();
    return std::move(task_);
  }

 private:
  void read_head() {
    std::vector<std::string> area_ids;
    for (const Area& area : areas()) area_ids.emplace_back(area.id);
    task_.id = head_.id("id");
    task_.area = head_.choice("area", area_ids);
    task_.title = head_.text("title");
    task_.question = head_.text("question");
    task_.protocol = head_.choice("protocol", protocols());
    task_.tier = head_.choice("tier", {"S", "M", "L"});
    task_.lite = head_.flag("lite", false);
    task_.runtime = head_.choice("runtime", {"plain", "torch"}, "plain");
    task_.seeds = static_cast<int>(head_.integer("seeds", 1, 64));
    task_.packs = head_.texts("packs");
    check_folder("id", task_.id, task_.folder);
    check_folder("area", task_.area, task_.folder.parent_path());
    check_packs();
  }

  void check_folder(std::string_view key, const std::string& value, const fs::path& folder) const {
    const std::string name = folder.filename().string();
    if (name == value) return;
    throw head_.error(
        key, fmt::format("'{}' is \"{}\" but the folder is named {}; write {} = \"{}\" or rename the folder",
                         key, value, name, key, name));
  }

  void check_packs() const {
    if (registry_ == nullptr) return;
    const auto known = [&] {
      std::vector<std::string> names;
      for (const Pack& pack : *registry_) names.push_back(pack.name);
      return names;
    }();
    for (const std::string& name : task_.packs) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      throw head_.error(
          "packs", fmt::format("pack '{}' is not in packs/registry.toml; write one of: {}, or add it there "
                               "(docs/data-packs.md)",
                               name, fmt::join(nearest(name, known, known.size()), ", ")));
    }
  }

  void read_metrics() {
    const auto found = root_.tables("metric", {"id", "direction", "description", "chance", "timed"});
    if (found.empty())
      throw root_.error("metric", "no metric; add at least one [[metric]] (docs/task-format.md)");
    for (const TomlFields& fields : found) {
      task_.metrics.push_back(read_metric(fields));
      if (!task_.metrics.back().timed || task_.protocol == "compute") continue;
      throw fields.error("timed",
                         fmt::format("only protocol 'compute' measures time, and this task's is '{}'; "
                                     "leave 'timed' out",
                                     task_.protocol));
    }
    TomlFields::require_unique(found, "id");
  }

  void read_settings() {
    const auto found =
        root_.tables("setting", {"id", "hidden", "axis", "description", "memory_mb", "params", "terms"});
    if (found.size() < least_settings) {
      throw root_.error(
          "setting", fmt::format("{} settings; write at least {} [[setting]] that differ in data, model or "
                                 "scale, one or more of them hidden",
                                 found.size(), least_settings));
    }
    for (const TomlFields& fields : found) task_.settings.push_back(read_setting(fields, task_.metrics));
    TomlFields::require_unique(found, "id");
    const auto hidden =
        std::count_if(task_.settings.begin(), task_.settings.end(), [](auto& s) { return s.hidden; });
    if (hidden == 0) {
      throw root_.error("setting",
                        "no setting is hidden; write hidden = true in the one that lies out of distribution");
    }
    if (hidden == static_cast<std::ptrdiff_t>(task_.settings.size())) {
      throw root_.error("setting", "every setting is hidden; leave at least one visible to explore on");
    }
  }

  void read_baselines() {
    const auto found = root_.tables("baseline", {"id", "title", "source", "start"});
    if (found.size() < least_baselines) {
      throw root_.error("baseline",
                        fmt::format("{} baselines; write at least {} [[baseline]], each a published method",
                                    found.size(), least_baselines));
    }
    for (const TomlFields& fields : found) task_.baselines.push_back(read_baseline(fields));
    TomlFields::require_unique(found, "id");
    const TomlFields* start = nullptr;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!task_.baselines[i].start) continue;
      if (start != nullptr) {
        throw found[i].error(
            "start", "a second baseline has start = true; keep it in one, the one that method.cpp holds");
      }
      start = &found[i];
    }
    if (start == nullptr) {
      throw root_.error("baseline",
                        "no baseline has start = true; write it in the one that method.cpp holds");
    }
    check_baseline_files(found);
  }

  void check_baseline_files(const std::vector<TomlFields>& fields) const {
    std::set<std::string> named;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Baseline& baseline = task_.baselines[i];
      if (!baseline.start) named.insert(baseline.id + ".cpp");
      if (fs::is_regular_file(task_.source_of(baseline))) continue;
      const std::string file = task_.source_of(baseline).lexically_relative(task_.folder).string();
      throw fields[i].error(
          "id", fmt::format("baseline '{}' has no source {}; write that file", baseline.id, file));
    }
    if (!fs::is_directory(task_.folder / "baselines")) return;
    std::set<std::string> stray;
    for (const auto& entry : fs::directory_iterator(task_.folder / "baselines")) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() == ".cpp" && !named.contains(name)) stray.insert(name);
    }
    if (stray.empty()) return;
    throw root_.error(
        "baseline",
        fmt::format("baselines/{} belongs to no [[baseline]]{}; add one with id = \"{}\" or remove "
                    "the file",
                    *stray.begin(), is_start(*stray.begin()) ? " (start = true means method.cpp)" : "",
                    fs::path(*stray.begin()).stem().string()));
  }

  [[nodiscard]] bool is_start(const std::string& file) const {
    return std::any_of(task_.baselines.begin(), task_.baselines.end(),
                       [&](const Baseline& b) { return b.start && b.id + ".cpp" == file; });
  }

  void read_expectations() {
    std::vector<std::string> settings = ids_of(task_.settings);
    settings.emplace_back("*");
    const std::vector<std::string> baselines = ids_of(task_.baselines);
    for (const TomlFields& fields :
         root_.tables("expect", {"setting", "metric", "better", "than", "source"})) {
      Expectation expectation{
          fields.choice("setting", settings), fields.choice("metric", ids_of(task_.metrics)),
          fields.choice("better", baselines), fields.choice("than", baselines), fields.text("source")};
      if (expectation.better == expectation.than) {
        throw fields.error(
            "than", fmt::format("'better' and 'than' are both \"{}\"; name two baselines", expectation.than));
      }
      task_.expectations.push_back(std::move(expectation));
    }
  }

  void check_files() const {
    for (const char* name : {"question.md", "surface.hpp", "scaffold.cpp", "judge.cpp"}) {
      if (fs::is_regular_file(task_.folder / name)) continue;
      throw root_.error("task", fmt::format("the folder {} has no {}; write that file (docs/task-format.md)",
                                            task_.folder.string(), name));
    }
  }

  const std::vector<Pack>* registry_;
  TomlDocument document_;
  TomlFields root_;
  TomlFields head_;
  Task task_;
};

}  // namespace

const Metric& Task::metric(std::string_view wanted) const {
  return find_by_id(*this, metrics, wanted, "metric");
}
const Setting& Task::setting(std::string_view wanted) const {
  return find_by_id(*this, settings, wanted, "setting");
}
const Baseline& Task::baseline(std::string_view wanted) const {
  return find_by_id(*this, baselines, wanted, "baseline");
}

fs::path Task::source_of(const Baseline& baseline) const {
  return baseline.start ? folder / "method.cpp" : folder / "baselines" / (baseline.id + ".cpp");
}

std::int64_t Task::memory_mb(const Setting& setting) const {
  return std::min(limits.memory_mb, setting.memory_mb.value_or(limits.memory_mb));
}

Task load(const fs::path& folder, const std::vector<Pack>* registry) {
  fs::path clean = fs::absolute(folder).lexically_normal();
  if (!clean.has_filename()) clean = clean.parent_path();  // "folder/"
  return Loader(clean, registry).load();
}

const std::vector<std::string>& protocols() {
  static const std::vector<std::string> all = {"train",    "fit_predict", "oracle", "rollout",
                                               "generate", "decide",      "compute"};
  return all;
}

}  // namespace mls::task
