#include "quality/classics.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.hpp"
#include "report/table.hpp"
#include "store/scoring.hpp"
#include "task/strict_toml.hpp"

namespace mls::quality {
namespace {

constexpr int first_year = 1900;
constexpr int last_year = 2100;

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::beats:
      return "beats predecessor";
    case Standing::falls_short:
      return "falls short";
    case Standing::uncovered:
      return "not yet covered";
  }
  return "";
}

const score::TaskScore* score_in(const std::vector<score::BaselineScore>& scores, const std::string& id) {
  const auto at = std::ranges::find(scores, id, &score::BaselineScore::id);
  return at == scores.end() ? nullptr : &at->score;
}

double mean_of_settings(const score::TaskScore& score) {
  std::vector<double> values;
  for (const auto& setting : score.settings) values.push_back(setting.score);
  return score::mean(values);
}

ClassicRow uncovered(const Classic& classic, std::string note) {
  ClassicRow row;
  row.classic = classic;
  row.note = std::move(note);
  return row;
}

Json score_json(const std::optional<double>& score) { return score ? Json(100 * *score) : Json(); }

}  // namespace

std::vector<Classic> load_classics(const std::filesystem::path& root) {
  const auto document = task::read_toml(root / "reference" / "classics.toml", "docs/quality-gates.md");
  const auto tables = task::TomlFields(document, {"classic"})
                          .tables("classic", {"id", "title", "year", "source", "predecessor", "task",
                                              "baseline", "predecessor_baseline", "appears_as"});
  task::TomlFields::require_unique(tables, "id");
  std::vector<Classic> classics;
  for (const auto& table : tables) {
    classics.push_back({table.id("id"), table.text("title"),
                        static_cast<int>(table.integer("year", first_year, last_year)), table.text("source"),
                        table.text("predecessor"), table.id("task"), table.id("baseline"),
                        table.id("predecessor_baseline"), table.text("appears_as")});
  }
  return classics;
}

ClassicRow row_of(const Classic& classic, const task::Task* task, const score::Calibration* calibration) {
  if (task == nullptr) return uncovered(classic, "task " + classic.task + " does not exist yet");
  if (calibration == nullptr)
    return uncovered(classic, "task " + classic.task + " has no usable calibration");
  const auto scores = score::baseline_scores(*task, *calibration, false);
  for (const auto& id : {classic.baseline, classic.predecessor_baseline}) {
    if (score_in(scores, id) == nullptr)
      return uncovered(classic, fmt::format("task {} has no baseline {} yet", task->id, id));
  }
  const auto& own = *score_in(scores, classic.baseline);
  const auto& other = *score_in(scores, classic.predecessor_baseline);
  ClassicRow row;
  row.classic = classic;
  row.score = mean_of_settings(own);
  row.predecessor_score = mean_of_settings(other);
  row.standing = *row.score > *row.predecessor_score ? Standing::beats : Standing::falls_short;
  row.settings = static_cast<int>(own.settings.size());
  for (std::size_t i = 0; i < own.settings.size(); ++i)
    row.wins += own.settings[i].score > other.settings[i].score ? 1 : 0;
  return row;
}

std::vector<ClassicRow> standing_of(const std::filesystem::path& root, const std::vector<Classic>& classics) {
  const store::Yardsticks yardsticks(root, {});  // the repository's own calibrations
  std::vector<ClassicRow> rows;
  for (const auto& classic : classics) {
    const auto* yardstick = yardsticks.find(classic.task);
    const bool usable = yardstick != nullptr && yardstick->calibration.has_value();
    rows.push_back(row_of(classic, yardstick == nullptr ? nullptr : &yardstick->task,
                          usable ? &*yardstick->calibration : nullptr));
  }
  return rows;
}

Json to_json(const std::vector<ClassicRow>& rows) {
  Json list = Json::array();
  for (const auto& row : rows) {
    list.push_back({{"id", row.classic.id},
                    {"title", row.classic.title},
                    {"year", row.classic.year},
                    {"source", row.classic.source},
                    {"predecessor", row.classic.predecessor},
                    {"task", row.classic.task},
                    {"baseline", row.classic.baseline},
                    {"predecessor_baseline", row.classic.predecessor_baseline},
                    {"appears_as", row.classic.appears_as},
                    {"standing", name_of(row.standing)},
                    {"note", row.note},
                    {"score", score_json(row.score)},
                    {"predecessor_score", score_json(row.predecessor_score)},
                    {"wins", row.wins},
                    {"settings", row.settings}});
  }
  return {{"classics", std::move(list)}};
}

std::string text_of(const std::vector<ClassicRow>& rows) {
  using report::Align;
  report::Table table({{"method", Align::left},
                       {"year"},
                       {"task", Align::left},
                       {"baseline", Align::left},
                       {"must beat", Align::left},
                       {"score"},
                       {"predecessor"},
                       {"settings won"},
                       {"standing", Align::left}});
  for (const auto& row : rows) {
    const bool covered = row.standing != Standing::uncovered;
    table.row({row.classic.title, fmt::format("{}", row.classic.year), row.classic.task, row.classic.baseline,
               row.classic.predecessor_baseline, report::score_text(row.score),
               report::score_text(row.predecessor_score),
               covered ? fmt::format("{} of {}", row.wins, row.settings) : "–",
               std::string(name_of(row.standing)) + (row.note.empty() ? "" : ": " + row.note)});
  }
  const auto covered =
      std::ranges::count_if(rows, [](const ClassicRow& row) { return row.standing != Standing::uncovered; });
  const auto beating = std::ranges::count(rows, Standing::beats, &ClassicRow::standing);
  return table.text() +
         fmt::format("{} of {} covered, {} beat their predecessor\n", covered, rows.size(), beating);
}

}  // namespace mls::quality
