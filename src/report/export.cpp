#include "report/export.hpp"

#include <fmt/format.h>

#include <array>

#include "report/costs.hpp"
#include "report/leaderboard.hpp"
#include "report/sources.hpp"
#include "report/table.hpp"
#include "report/tasks.hpp"
#include "store/run_folder.hpp"

namespace mls::report {
namespace {

/// One line of the table; what does not apply stays empty.
struct Line {
  std::string level;
  std::string area;
  std::string task;
  std::string setting;
  std::string hidden;
  std::string name;
  std::string kind;
  std::string place;
  std::optional<Cell> score;
  std::optional<Cell> vanilla;
  std::optional<Gap> gap;
  std::optional<double> cpu_s;
  std::string nearest_baseline;
  std::optional<double> similarity_one;
  std::optional<double> similarity_three;
};

constexpr std::array head{"level",
                          "area",
                          "task",
                          "setting",
                          "hidden_setting",
                          "name",
                          "kind",
                          "place",
                          "score",
                          "score_se",
                          "vanilla",
                          "vanilla_se",
                          "visible",
                          "hidden",
                          "gap",
                          "gap_se",
                          "cpu_s",
                          "nearest_baseline",
                          "similarity_one",
                          "similarity_three"};

std::string number(std::optional<double> value) { return value ? fmt::format("{:.4f}", *value) : ""; }

template <typename Part>
std::string figure(const std::optional<Cell>& cell, Part part) {
  return cell ? number(100 * (*cell).*part) : "";
}

std::string text_of(const Line& line) {
  const auto difference = line.gap ? std::optional(line.gap->difference()) : std::nullopt;
  return csv_line({line.level,
                   line.area,
                   line.task,
                   line.setting,
                   line.hidden,
                   line.name,
                   line.kind,
                   line.place,
                   figure(line.score, &Cell::score),
                   figure(line.score, &Cell::standard_error),
                   figure(line.vanilla, &Cell::score),
                   figure(line.vanilla, &Cell::standard_error),
                   line.gap ? number(100 * line.gap->visible.score) : "",
                   line.gap ? number(100 * line.gap->hidden.score) : "",
                   figure(difference, &Cell::score),
                   figure(difference, &Cell::standard_error),
                   number(line.cpu_s),
                   line.nearest_baseline,
                   number(line.similarity_one),
                   number(line.similarity_three)});
}

std::string place_text(std::optional<int> place) { return place ? fmt::format("{}", *place) : ""; }

template <typename Row>
Line line_of(std::string level, const Row& row) {
  Line line;
  line.level = std::move(level);
  line.name = row.name;
  line.kind = name_of(row.kind);
  return line;
}

std::string board_lines(const Board& board) {
  std::string text;
  for (const auto& row : board.rows) {
    Line line = line_of("overall", row);
    line.place = place_text(row.place);
    line.score = row.overall;
    line.vanilla = row.vanilla;
    line.gap = row.gap;
    line.cpu_s = row.cpu_s;
    text += text_of(line);
    for (std::size_t i = 0; i < board.areas.size(); ++i) {
      if (!row.areas[i]) continue;
      Line area = line_of("area", row);
      area.area = board.areas[i];
      area.score = row.areas[i];
      area.vanilla = row.vanilla_areas[i];
      text += text_of(area);
    }
  }
  return text;
}

void add_similarity(Line& line, const SimilarityByRun& similarities, const std::string& run) {
  const auto at = similarities.find(run);
  const auto* nearest = at == similarities.end() ? nullptr : trial::nearest(at->second);
  if (nearest == nullptr) return;
  line.nearest_baseline = nearest->baseline;
  line.similarity_one = nearest->one;
  line.similarity_three = nearest->three;
}

std::string task_lines(const std::filesystem::path& home, const store::Yardstick& yardstick,
                       const store::Snapshot& snapshot) {
  std::string text;
  const TaskBoard board = task_board_of(yardstick, snapshot);
  const auto similarities = similarities_of(home, yardstick.task, board.rows);
  for (const auto& row : board.rows) {
    Line line = line_of("task", row);
    line.area = yardstick.task.area;
    line.task = board.task;
    line.place = place_text(row.place);
    line.score = row.total;
    line.vanilla = row.vanilla;
    line.gap = row.gap;
    line.cpu_s = row.cpu_s;
    add_similarity(line, similarities, row.run);
    text += text_of(line);
    for (std::size_t i = 0; i < board.settings.size(); ++i) {
      Line setting = line_of("setting", row);
      setting.area = yardstick.task.area;
      setting.task = board.task;
      setting.setting = board.settings[i].id;
      setting.hidden = board.settings[i].hidden ? "true" : "false";
      setting.score = row.settings[i];
      text += text_of(setting);
    }
  }
  return text;
}

Json task_board_json(const std::filesystem::path& home, const store::Yardstick& yardstick,
                     const store::Snapshot& snapshot) {
  const TaskBoard board = task_board_of(yardstick, snapshot);
  const auto similarities = similarities_of(home, yardstick.task, board.rows);
  Json rows = to_json(board);
  for (std::size_t i = 0; i < board.rows.size(); ++i) {
    const auto at = similarities.find(board.rows[i].run);
    rows[i]["similarity"] = at == similarities.end() ? Json(nullptr) : to_json(at->second);
  }
  return rows;
}

}  // namespace

Json json_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                 const store::Snapshot& snapshot) {
  Json tasks = Json::array();
  for (const auto& yardstick : yardsticks.all()) {
    Json task = task_json(yardstick);
    task["leaderboard"] = task_board_json(home, yardstick, snapshot);
    tasks.push_back(std::move(task));
  }
  const Board board = board_of(yardsticks, snapshot);
  return {{"generated", store::utc_now()},
          {"leaderboard", to_json(board)},
          {"notes", board.notes},
          {"costs", to_json(costs_of(yardsticks))},
          {"tasks", std::move(tasks)}};
}

std::string csv_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                       const store::Snapshot& snapshot) {
  std::string text = csv_line({head.begin(), head.end()}) + board_lines(board_of(yardsticks, snapshot));
  for (const auto& yardstick : yardsticks.all()) text += task_lines(home, yardstick, snapshot);
  return text;
}

}  // namespace mls::report
