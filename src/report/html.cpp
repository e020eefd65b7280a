#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "report/costs.hpp"
#include "report/format.hpp"
#include "report/leaderboard.hpp"
#include "report/notes.hpp"
#include "report/published.hpp"
#include "report/sources.hpp"
#include "report/svg.hpp"
#include "store/run_folder.hpp"

namespace mls::report {
namespace {

constexpr std::size_t max_rows = 100;  // submissions in a table; the rest is in the JSON and CSV
constexpr std::size_t max_series = 6;  // submissions in a chart
constexpr const char* no_value = "<td>–</td>";

/// A page is made of text; everything that comes from outside goes through escaped().
struct Names {
  /// Colour class by label, the same in every chart.
  std::map<std::string, std::string> styles;

  [[nodiscard]] std::string style_of(RowKind kind, const std::string& name) const {
    switch (kind) {
      case RowKind::human_sota:
        return "human";
      case RowKind::start:
        return "start";
      case RowKind::baseline:
        return "baseline";
      case RowKind::submission:
        break;
    }
    const auto at = styles.find(name);
    return at == styles.end() ? "s7" : at->second;
  }
};

Names names_of(const Board& board, const std::vector<TaskBoard>& boards) {
  Names names;
  const auto add = [&](RowKind kind, const std::string& name) {
    if (kind == RowKind::submission)
      names.styles.try_emplace(name, fmt::format("s{}", names.styles.size() % 8));
  };
  for (const auto& row : board.rows) add(row.kind, row.name);
  for (const auto& one : boards) {
    for (const auto& row : one.rows) add(row.kind, row.name);
  }
  return names;
}

std::string cell_html(const std::optional<Cell>& cell, std::string_view style) {
  if (!cell) return no_value;
  return fmt::format("<td class=\"{}\" style=\"--s:{:.1f}\">{:.1f} <small>± {:.1f}</small></td>", style,
                     100 * cell->score, 100 * cell->score, 100 * cell->standard_error);
}

std::string versus_html(const BoardRow& row) {
  if (!row.versus_human || row.kind == RowKind::human_sota) return "<td></td>";
  return fmt::format("<td class=\"{}\">{}</td>", *row.versus_human < 0 ? "minus" : "plus",
                     difference_text(row.versus_human));
}

/// Of the first attempt; only submissions have one.
std::string vanilla_html(const std::optional<Cell>& vanilla) {
  return vanilla ? fmt::format("<td>{:.1f}</td>", 100 * vanilla->score) : "<td></td>";
}

std::string gap_html(const std::optional<Gap>& gap) {
  if (!gap) return no_value;
  const Cell difference = gap->difference();
  return fmt::format("<td title=\"visible {:.1f}, hidden {:.1f}\">{} <small>± {:.1f}</small></td>",
                     100 * gap->visible.score, 100 * gap->hidden.score, difference_text(difference.score),
                     100 * difference.standard_error);
}

std::string area_title(std::string_view id) {
  for (const auto& area : task::areas()) {
    if (area.id == id) return std::string(area.title);
  }
  return std::string(id);
}

/// Escaped text with `...` as code.
std::string with_code(std::string_view text) {
  std::string html;
  bool inside = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      html += c;
      continue;
    }
    html += inside ? "</code>" : "<code>";
    inside = !inside;
  }
  return inside ? escaped(text) : html;
}

std::string notes_html(const std::vector<std::string>& notes) {
  std::string html;
  for (const auto& note : notes) html += fmt::format("<p class=\"note\">{}</p>\n", with_code(note));
  return html;
}

std::string cut_note(std::size_t left_out) {
  return left_out == 0 ? ""
                       : fmt::format("<p class=\"note\">{} more in the JSON and CSV exports.</p>\n",
                                     count_text(left_out, "submission"));
}

// --- Leaderboard
// ------------------------------------------------------------------------------------------------------

std::string leaderboard_head(const Board& board) {
  std::string html =
      "<thead><tr><th scope=\"col\">#</th><th scope=\"col\" class=\"left\">Method</th><th "
      "scope=\"col\">Overall</th>"
      "<th scope=\"col\">vs human</th><th scope=\"col\">Vanilla</th><th scope=\"col\">Gap</th><th "
      "scope=\"col\">Tasks</th>";
  for (const auto& area : board.areas)
    html += fmt::format("<th scope=\"col\">{}</th>", escaped(area_title(area)));
  return html + "<th scope=\"col\">CPU</th></tr></thead>\n";
}

std::string leaderboard_row(const Board& board, const BoardRow& row) {
  const bool partial = row.covered < static_cast<int>(board.tasks.size());
  std::string html = fmt::format("<tr class=\"{}{}\"><td>{}</td><th scope=\"row\">{}</th>", name_of(row.kind),
                                 partial ? " partial" : "", row.place ? fmt::format("{}", *row.place) : "",
                                 escaped(row.name));
  html += cell_html(row.overall, "total") + versus_html(row) + vanilla_html(row.vanilla) + gap_html(row.gap);
  html += fmt::format("<td>{}/{}</td>", row.covered, board.tasks.size());
  for (const auto& cell : row.areas) html += cell_html(cell, "heat");
  return html + fmt::format("<td>{}</td></tr>\n", duration_text(row.cpu_s));
}

std::string leaderboard_section(const Board& board) {
  std::string html = "<section id=\"leaderboard\"><h2>Leaderboard</h2>\n";
  if (board.tasks.empty())
    return html + "<p>No task has a usable calibration.</p>" + notes_html(board.notes) + "</section>\n";
  html +=
      "<p>0 is the worst published baseline and 50 the best one, setting by setting. <em>Human SOTA</em> "
      "takes the best baseline "
      "of every task. A task that was not evaluated is missing, not zero: such rows stand below, without a "
      "place, and "
      "<em>vs human</em> compares on the evaluated tasks only. <em>Vanilla</em> is the score of the first "
      "attempt: the "
      "earliest submission under the label, or the starting point where only one is recorded. <em>Gap</em> "
      "is the score of "
      "the hidden settings less that of the visible ones: far below 0, what was found does not "
      "transfer.</p>\n";
  html +=
      "<div class=\"card scroll\"><table><caption>Mean of the areas, each the mean of its tasks; ± one "
      "standard error over "
      "seeds</caption>\n" +
      leaderboard_head(board) + "<tbody>\n";
  std::size_t submissions = 0;
  std::size_t left_out = 0;
  for (const auto& row : board.rows) {
    if (row.kind == RowKind::submission && ++submissions > max_rows) {
      ++left_out;
      continue;
    }
    html += leaderboard_row(board, row);
  }
  return html + "</tbody></table></div>\n" + cut_note(left_out) + notes_html(board.notes) + "</section>\n";
}

// --- Areas
// ------------------------------------------------------------------------------------------------------------

Series series_of(const BoardRow& row, const Names& names) {
  Series series{row.name, names.style_of(row.kind, row.name), {}};
  for (const auto& cell : row.areas)
    series.values.push_back(cell ? std::optional(100 * cell->score) : std::nullopt);
  for (const auto& cell : row.vanilla_areas)
    series.vanilla.push_back(cell ? std::optional(100 * cell->score) : std::nullopt);
  return series;
}

constexpr std::string_view band_mark = "<rect class=\"band\" x=\"0\" y=\"3\" width=\"16\" height=\"10\"/>";
constexpr std::string_view agent_mark =
    "<rect class=\"bar agent\" x=\"0\" y=\"3\" width=\"16\" height=\"10\"/>"
    "<rect class=\"bar vanilla\" x=\"0\" y=\"3\" width=\"9\" height=\"10\"/>";

/// A key of mark and name.
std::string legend_item(std::string_view style, std::string_view label, std::string_view mark) {
  return fmt::format("<li><svg class=\"{}\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">{}</svg>{}</li>",
                     style, mark, escaped(label));
}

std::string areas_section(const Board& board, const Names& names) {
  if (board.areas.empty()) return "";
  std::vector<std::string> groups;
  for (const auto& area : board.areas) groups.push_back(area_title(area));
  Series human;
  std::vector<Series> series;
  for (const auto& row : board.rows) {
    if (row.kind == RowKind::human_sota) human = series_of(row, names);
    if (row.kind == RowKind::submission && series.size() < max_series)
      series.push_back(series_of(row, names));
  }
  std::string legend = "<ul class=\"legend\">" + legend_item("human", human.label, band_mark);
  for (const auto& one : series) legend += legend_item(one.style, one.label, agent_mark);
  return "<section id=\"areas\"><h2>Performance by area</h2>\n<p>Of each bar the darker lower part is the "
         "first attempt "
         "(vanilla) and the lighter rest what was gained by the latest submission; what was lost since is a "
         "dashed outline. "
         "The translucent grey band is human SOTA.</p>\n<div class=\"card scroll\">" +
         legend + "</ul>" + area_chart("Scores by area", groups, human, series) + "</div></section>\n";
}

// --- Tasks
// ------------------------------------------------------------------------------------------------------------

/// What one method did in one setting.
struct SettingRuns {
  std::map<std::string, std::vector<double>> metrics;
  std::map<std::string, int> failures;  ///< by status
  double cpu_s = 0;
  int runs = 0;
};

struct MethodRuns {
  std::map<std::string, SettingRuns> settings;
};

MethodRuns runs_of(const score::BaselineRecord& record) {
  MethodRuns method;
  for (const auto& [setting, runs] : record.settings) {
    SettingRuns& target = method.settings[setting];
    for (const auto& run : runs) {
      for (const auto& [name, value] : run.metrics) target.metrics[name].push_back(value);
      target.cpu_s += run.cpu_s;
      ++target.runs;
    }
  }
  return method;
}

MethodRuns runs_of(const evaluate::Evaluation& evaluation) {
  MethodRuns method;
  for (const auto& run : evaluation.runs) {
    SettingRuns& target = method.settings[run.setting];
    for (const auto& [name, value] : run.metrics) target.metrics[name].push_back(value);
    if (run.status != evaluate::Status::ok) ++target.failures[std::string(evaluate::name_of(run.status))];
    target.cpu_s += run.cpu_s;
    ++target.runs;
  }
  return method;
}

/// The raw runs behind every row of a task's board that is shown.
std::vector<MethodRuns> raw_runs(const std::filesystem::path& home, const store::Yardstick& yardstick,
                                 const std::vector<TaskRow>& rows) {
  std::vector<MethodRuns> all;
  for (const auto& row : rows) {
    MethodRuns method;
    if (row.kind == RowKind::submission) {
      try {
        method = runs_of(store::load_result(store::runs_folder(home) / row.run).evaluation);
      } catch (const Error&) {
        // Vanished or damaged since it was indexed; the index reports it.
      }
    } else {
      const auto& records = yardstick.calibrated().baselines;
      const auto at =
          std::find_if(records.begin(), records.end(), [&](const auto& one) { return one.id == row.name; });
      if (at != records.end()) method = runs_of(*at);
    }
    all.push_back(std::move(method));
  }
  return all;
}

std::string display_name(const TaskRow& row) {
  return row.name + (row.kind == RowKind::start ? " (start)" : "");
}

/// Metrics that at least one method has in a setting; a task need not measure all of them in each.
std::vector<task::Metric> metrics_in(const task::Task& task, const std::string& setting,
                                     const std::vector<MethodRuns>& raw) {
  std::vector<task::Metric> found;
  for (const auto& metric : task.metrics) {
    const bool measured = std::any_of(raw.begin(), raw.end(), [&](const MethodRuns& method) {
      const auto at = method.settings.find(setting);
      return at != method.settings.end() && at->second.metrics.contains(metric.id);
    });
    if (measured) found.push_back(metric);
  }
  return found;
}

std::string metrics_cells(const std::vector<task::Metric>& metrics, const SettingRuns& runs) {
  std::string html;
  for (const auto& metric : metrics) {
    const auto at = runs.metrics.find(metric.id);
    if (at == runs.metrics.end()) {
      html += no_value;
      continue;
    }
    const auto [mean, error] = mean_and_error(at->second);
    html += fmt::format("<td>{}", metric_text(mean));
    if (at->second.size() > 1) html += fmt::format(" <small>± {:.2g}</small>", error);
    html += "</td>";
  }
  return html;
}

std::string failures_cell(const SettingRuns& runs) {
  std::string text;
  for (const auto& [status, count] : runs.failures)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, status);
  return text.empty() ? "" : fmt::format(" <span class=\"failed\">{}</span>", escaped(text));
}

std::string setting_head(const task::Setting& setting) {
  const std::string axis =
      setting.axis.empty() ? "" : fmt::format(" <span class=\"badge\">{}</span>", escaped(setting.axis));
  return fmt::format("<div class=\"card{}\"><h3>{} {}</h3><p>{}{}</p>\n",
                     setting.hidden ? " hidden-setting" : "", escaped(setting.id),
                     setting.hidden ? "<span class=\"badge hide\">◆ hidden</span>" : "",
                     escaped(setting.description), axis);
}

/// Rows of a board, best in this setting first.
std::vector<std::size_t> order_in(const TaskBoard& board, std::size_t column) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < board.rows.size(); ++i) order.push_back(i);
  const auto score = [&](std::size_t i) {
    return board.rows[i].settings[column] ? board.rows[i].settings[column]->score : -1.0;
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(-score(a), a) < std::pair(-score(b), b); });
  return order;
}

std::string setting_card(const task::Task& task, std::size_t column, const TaskBoard& board,
                         const std::vector<MethodRuns>& raw) {
  const task::Setting& setting = task.settings[column];
  const auto metrics = metrics_in(task, setting.id, raw);
  std::string html = setting_head(setting);
  html +=
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\" class=\"left\">Method</th><th "
      "scope=\"col\">Score</th>";
  for (const auto& metric : metrics) {
    html += fmt::format("<th scope=\"col\" title=\"{}\">{} {}</th>", escaped(metric.description),
                        escaped(metric.id), metric.direction == task::Direction::lower ? "↓" : "↑");
  }
  html += "</tr></thead><tbody>\n";
  for (const std::size_t i : order_in(board, column)) {
    const TaskRow& row = board.rows[i];
    const auto at = raw[i].settings.find(setting.id);
    const SettingRuns runs = at == raw[i].settings.end() ? SettingRuns{} : at->second;
    html += fmt::format("<tr class=\"{}\"><th scope=\"row\">{}{}</th>{}{}</tr>\n", name_of(row.kind),
                        escaped(display_name(row)), failures_cell(runs),
                        cell_html(row.settings[column], "heat"), metrics_cells(metrics, runs));
  }
  return html + "</tbody></table></div></div>\n";
}

std::string ranking(const TaskBoard& board, const Names& names) {
  std::vector<Bar> bars;
  bars.reserve(board.rows.size());
  for (const auto& row : board.rows) {
    bars.push_back({display_name(row), names.style_of(row.kind, row.name), 100 * row.total.score,
                    100 * row.total.standard_error,
                    row.vanilla ? std::optional(100 * row.vanilla->score) : std::nullopt});
  }
  return ranking_chart(fmt::format("Scores on {}", board.task), bars);
}

std::string strips(const TaskBoard& board, const Names& names) {
  std::vector<StripGroup> groups;
  groups.reserve(board.settings.size());
  for (const auto& setting : board.settings) groups.push_back({setting.id, setting.hidden});
  std::vector<Series> series;
  std::size_t submissions = 0;
  for (const auto& row : board.rows) {
    if (row.kind == RowKind::submission && ++submissions > max_series) continue;
    Series one{display_name(row), names.style_of(row.kind, row.name), {}};
    for (const auto& cell : row.settings)
      one.values.push_back(cell ? std::optional(100 * cell->score) : std::nullopt);
    series.push_back(std::move(one));
  }
  // Submissions last, so that their marks lie on top.
  std::reverse(series.begin(), series.end());
  std::partition(series.begin(), series.end(),
                 [](const Series& one) { return one.style[0] != 's' || one.style == "start"; });
  return strip_chart(fmt::format("Scores on {} by setting", board.task), groups, series);
}

std::string task_table(const TaskBoard& board) {
  std::string html =
      "<div class=\"card scroll\"><table><caption>Score by setting, ◆ hidden; the total is their geometric "
      "mean</caption>"
      "<thead><tr><th scope=\"col\">#</th><th scope=\"col\" class=\"left\">Method</th><th "
      "scope=\"col\">Score</th>";
  for (const auto& setting : board.settings) {
    html += fmt::format("<th scope=\"col\">{}{}</th>", escaped(setting.id), setting.hidden ? " ◆" : "");
  }
  html += "<th scope=\"col\">Gap</th><th scope=\"col\">CPU</th></tr></thead><tbody>\n";
  for (const auto& row : board.rows) {
    html += fmt::format("<tr class=\"{}\"><td>{}</td><th scope=\"row\">{}</th>{}", name_of(row.kind),
                        row.place, escaped(display_name(row)), cell_html(row.total, "total"));
    for (const auto& cell : row.settings) html += cell_html(cell, "heat");
    html += gap_html(row.gap) + fmt::format("<td>{}</td></tr>\n", duration_text(row.cpu_s));
  }
  return html + "</tbody></table></div>\n";
}

std::string similarity_cells(const std::vector<trial::Similarity>& similarities) {
  std::string html;
  for (const auto& one : similarities) {
    html += fmt::format("<td class=\"heat\" style=\"--s:{:.1f}\">{:.0f} <small>{:.0f}</small></td>",
                        100 * one.three, 100 * one.three, 100 * one.one);
  }
  return html;
}

/// Submissions by baselines; empty without a submission that can be read.
std::string similarity_table(const std::filesystem::path& home, const task::Task& task,
                             const TaskBoard& board) {
  const auto similarities = similarities_of(home, task, board.rows);
  if (similarities.empty()) return "";
  std::string html =
      "<div class=\"card scroll\"><table><caption>Likeness to the baselines: per cent of phrases of three "
      "tokens in common, "
      "small: of single tokens (Jaccard; comments and layout do not count)</caption><thead><tr><th "
      "scope=\"col\" "
      "class=\"left\">Submission</th>";
  for (const auto& baseline : task.baselines)
    html += fmt::format("<th scope=\"col\">{}</th>", escaped(baseline.id));
  html += "</tr></thead><tbody>\n";
  for (const auto& row : board.rows) {
    const auto at = similarities.find(row.run);
    if (row.kind != RowKind::submission || at == similarities.end()) continue;
    html += fmt::format("<tr class=\"submission\"><th scope=\"row\">{}</th>{}</tr>\n", escaped(row.name),
                        similarity_cells(at->second));
  }
  return html + "</tbody></table></div>\n";
}

std::string baseline_sources(const task::Task& task) {
  std::string html = "<div class=\"card scroll\"><table><caption>Baselines</caption><tbody>\n";
  for (const auto& baseline : task.baselines) {
    html += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"left\">{}</td><td class=\"left\">{}</td></tr>\n",
        escaped(baseline.id), escaped(baseline.title), escaped(baseline.source));
  }
  return html + "</tbody></table></div>\n";
}

std::string task_head(const task::Task& task) {
  std::string html = fmt::format(
      "<section class=\"task\" id=\"{0}\"><h2>{1}</h2>\n<p class=\"lead\">{2}</p>\n<p><code>{0}</code> ",
      escaped(task.id), escaped(task.title), escaped(task.question));
  for (const std::string& badge : {area_title(task.area), task.protocol, "tier " + task.tier,
                                   count_text(task.settings.size(), "setting"),
                                   count_text(static_cast<std::size_t>(task.seeds), "seed")}) {
    html += fmt::format("<span class=\"badge\">{}</span> ", escaped(badge));
  }
  if (task.lite) html += "<span class=\"badge\">Lite</span>";
  return html + "</p>\n";
}

std::string task_section(const std::filesystem::path& home, const store::Yardstick& yardstick,
                         TaskBoard board, const Names& names) {
  const task::Task& task = yardstick.task;
  std::string html = task_head(task);
  const std::string papers = papers_card(task.folder);
  if (board.rows.empty()) return html + notes_html(board.notes) + papers + "</section>\n";
  std::size_t left_out = 0;
  std::size_t submissions = 0;
  std::erase_if(board.rows, [&](const TaskRow& row) {
    const bool cut = row.kind == RowKind::submission && ++submissions > max_rows;
    left_out += cut ? 1 : 0;
    return cut;
  });
  html += "<div class=\"cards\"><div class=\"card scroll\"><h3>Score</h3>" + ranking(board, names) +
          "</div>\n<div class=\"card scroll\"><h3>By setting</h3>" + strips(board, names) +
          "<p>Circles are baselines, the vertical stroke is the starting point, other shapes are "
          "submissions; ◆ marks hidden "
          "settings.</p></div></div>\n";
  html += task_table(board) + cut_note(left_out) + notes_html(board.notes);
  const auto raw = raw_runs(home, yardstick, board.rows);
  html += task.metrics.size() > 2 ? "<div class=\"cards wide\">" : "<div class=\"cards\">";
  for (std::size_t i = 0; i < task.settings.size(); ++i) html += setting_card(task, i, board, raw);
  return html + "</div>\n" + similarity_table(home, task, board) + baseline_sources(task) + papers +
         "</section>\n";
}

// --- Costs and frame
// --------------------------------------------------------------------------------------------------

std::string costs_section(const store::Yardsticks& yardsticks) {
  std::string rows;
  double total = 0;
  for (const auto& cost : costs_of(yardsticks)) {
    total += cost.median_s;
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escaped(cost.task), cost.runs, duration_text(cost.cheapest_s), duration_text(cost.median_s),
        duration_text(cost.dearest_s), duration_text(cost.median_s / cost.runs));
  }
  if (rows.empty()) return "";
  return fmt::format(
      "<section id=\"costs\"><h2>What an evaluation costs</h2>\n<p>CPU time of one method on one core, every "
      "setting and seed, measured "
      "on the baselines. All calibrated tasks together: about {}.</p>\n<div class=\"card "
      "scroll\"><table><thead><tr><th scope=\"col\" "
      "class=\"left\">Task</th><th scope=\"col\">Runs</th><th scope=\"col\">Cheapest</th><th "
      "scope=\"col\">Median</th><th "
      "scope=\"col\">Dearest</th><th scope=\"col\">Median "
      "run</th></tr></thead><tbody>\n{}</tbody></table></div></section>\n",
      duration_text(total), rows);
}

std::string header_html(const Board& board, const store::Yardsticks& yardsticks,
                        const store::Snapshot& snapshot) {
  std::set<std::string> labels;
  for (const auto& entry : snapshot.entries) labels.insert(entry.label);
  std::size_t settings = 0;
  std::size_t baselines = 0;
  for (const auto& yardstick : yardsticks.all()) {
    settings += yardstick.task.settings.size();
    baselines += yardstick.task.baselines.size();
  }
  std::string html = fmt::format(
      "<header><h1>MLS-Bench</h1>\n<p class=\"lead\">Can a method for machine learning be invented that "
      "transfers? Report of <time>{}</time>.</p>\n"
      "<ul class=\"facts\"><li><b>{}</b><span>tasks in "
      "{}</span></li><li><b>{}</b><span>settings</span></li><li><b>{}</b>"
      "<span>published baselines</span></li><li><b>{}</b><span>submissions by {}</span></li></ul>\n",
      store::utc_now(), yardsticks.all().size(), count_text(board.areas.size(), "area"), settings, baselines,
      snapshot.entries.size(), count_text(labels.size(), "label"));
  html += "<nav aria-label=\"Sections\"><a href=\"#leaderboard\">Leaderboard</a><a href=\"#areas\">Areas</a>";
  for (const auto& yardstick : yardsticks.all()) {
    html += fmt::format("<a href=\"#{}\">{}</a>", escaped(yardstick.task.id), escaped(yardstick.task.title));
  }
  return html + "<a href=\"#costs\">Costs</a><a href=\"#published\">Published figures</a></nav></header>\n";
}

std::string footer_html(const store::Yardsticks& yardsticks) {
  std::set<std::string> seals;
  std::map<std::string, std::string> versions;
  for (const auto& yardstick : yardsticks.all()) {
    if (!yardstick.calibration) continue;
    seals.insert(yardstick.calibration->seal);
    versions.insert(yardstick.calibration->versions.begin(), yardstick.calibration->versions.end());
  }
  std::string html = "<footer><p>Draws under seal";
  for (const auto& seal : seals) html += " <code>" + escaped(seal) + "</code>";
  html += ". Calibrated with";
  for (const auto& [name, value] : versions)
    html += fmt::format(" {} <code>{}</code>", escaped(name), escaped(value));
  return html +
         ". Hidden settings are never shown while a method is being written; they count in every score here. "
         "<code>mls report --out results.json</code> writes every score of this page.</p></footer>\n";
}

}  // namespace

std::string html_report(const std::filesystem::path& home, const store::Yardsticks& yardsticks,
                        const store::Snapshot& snapshot) {
  const Board board = board_of(yardsticks, snapshot);
  std::vector<TaskBoard> boards;
  for (const auto& yardstick : yardsticks.all()) boards.push_back(task_board_of(yardstick, snapshot));
  const Names names = names_of(board, boards);
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>MLS-Bench report</title>\n<style>";
  html += report_style();
  html += "</style></head>\n<body><a class=\"skip\" href=\"#leaderboard\">Skip to the leaderboard</a>\n";
  html += header_html(board, yardsticks, snapshot) + "<main>\n" + leaderboard_section(board) +
          areas_section(board, names);
  for (std::size_t i = 0; i < boards.size(); ++i)
    html += task_section(home, yardsticks.all()[i], boards[i], names);
  return html + costs_section(yardsticks) + html_of(load_published(repository_root())) + "</main>\n" +
         footer_html(yardsticks) + "</body></html>\n";
}

}  // namespace mls::report
