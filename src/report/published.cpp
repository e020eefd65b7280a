#include "report/published.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "report/svg.hpp"
#include "report/table.hpp"

namespace mls::report {
namespace {

constexpr const char* heading = "Published by the original MLS-Bench, not measured by this program";

std::string figure(double score) { return fmt::format("{:.1f}", score); }

PublishedRow row_of(const Json& json) {
  return {json.at("rank").get<int>(), json.at("model").get<std::string>(),
          json.at("harness").get<std::string>(),
          json.at("effort").is_null() ? "" : json.at("effort").get<std::string>(),
          json.at("score").get<double>()};
}

PublishedModel model_of(const Json& json, std::size_t areas) {
  PublishedModel model{json.at("model").get<std::string>(), json.at("vanilla").get<std::vector<double>>(),
                       json.at("agent").get<std::vector<double>>(), json.at("vanilla_overall").get<double>(),
                       json.at("agent_overall").get<double>()};
  if (model.vanilla.size() == areas && model.agent.size() == areas) return model;
  throw bad_input(
      fmt::format("areas.models: {} has {} vanilla and {} agent figures, expected one for each of {} areas",
                  model.model, model.vanilla.size(), model.agent.size(), areas));
}

Published published_from(const Json& json) {
  Published published;
  published.note = json.at("note").get<std::string>();
  published.lite_source = json.at("sources").at("lite").get<std::string>();
  published.areas_source = json.at("sources").at("areas").get<std::string>();
  for (const auto& row : json.at("lite")) published.lite.push_back(row_of(row));
  const Json& areas = json.at("areas");
  published.areas = areas.at("order").get<std::vector<std::string>>();
  published.human_sota = areas.at("human_sota").get<std::vector<double>>();
  published.human_sota_overall = areas.at("human_sota_overall").get<double>();
  if (published.human_sota.size() != published.areas.size())
    throw bad_input("areas.human_sota: expected one figure for each area");
  for (const auto& model : areas.at("models"))
    published.models.push_back(model_of(model, published.areas.size()));
  published.json = json;
  return published;
}

struct AreaRow {
  std::string name;
  std::string kind;  ///< "", "vanilla" or "agent"
  double overall = 0;
  const std::vector<double>* areas = nullptr;
};

std::vector<AreaRow> area_rows(const Published& published) {
  std::vector<AreaRow> rows{{"human SOTA", "", published.human_sota_overall, &published.human_sota}};
  for (const auto& model : published.models) {
    rows.push_back({model.model, "vanilla", model.vanilla_overall, &model.vanilla});
    rows.push_back({model.model, "agent", model.agent_overall, &model.agent});
  }
  return rows;
}

std::string head_cells(const std::vector<std::string>& titles) {
  std::string html = "<thead><tr>";
  for (const auto& title : titles) html += fmt::format("<th scope=\"col\">{}</th>", escaped(title));
  return html + "</tr></thead>\n<tbody>\n";
}

std::string lite_table(const Published& published) {
  std::string html = fmt::format("<div class=\"card scroll\"><table><caption>Lite, {}</caption>",
                                 escaped(published.lite_source));
  html += head_cells({"#", "Model", "Harness", "Effort", "Score"});
  for (const auto& row : published.lite) {
    html += fmt::format("<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        row.rank, escaped(row.model), escaped(row.harness), escaped(row.effort),
                        figure(row.score));
  }
  return html + "</tbody></table></div>\n";
}

std::string areas_table(const Published& published) {
  std::vector<std::string> titles{"Model", "", "Overall"};
  titles.insert(titles.end(), published.areas.begin(), published.areas.end());
  std::string html = fmt::format("<div class=\"card scroll\"><table><caption>All 140 tasks, {}</caption>",
                                 escaped(published.areas_source));
  html += head_cells(titles);
  for (const auto& row : area_rows(published)) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td><b>{}</b></td>", escaped(row.name),
                        row.kind, figure(row.overall));
    for (const double score : *row.areas) html += fmt::format("<td>{}</td>", figure(score));
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace

Published load_published(const std::filesystem::path& root) {
  const auto file = root / "reference" / "published.json";
  try {
    return published_from(Json::parse(read_file(file)));
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("{}: {}", file.string(), error.what()));
  } catch (const Error& error) {
    throw bad_input(fmt::format("{}: {}", file.string(), error.what()));
  }
}

Json to_json(const Published& published) { return {{"published", published.json}}; }

std::string text_of(const Published& published) {
  std::string text = fmt::format("{}\n{}\n\nLite: {}\n", heading, published.note, published.lite_source);
  Table lite({{"#"}, {"model", Align::left}, {"harness", Align::left}, {"effort", Align::left}, {"score"}});
  for (const auto& row : published.lite) {
    lite.row({fmt::format("{}", row.rank), row.model, row.harness, row.effort, figure(row.score)});
  }
  text += lite.text() + fmt::format("\nAreas: {}\n", published.areas_source);
  std::vector<Table::Column> columns{{"model", Align::left}, {"", Align::left}, {"overall"}};
  for (const auto& area : published.areas) columns.push_back({area});
  Table areas(columns);
  for (const auto& row : area_rows(published)) {
    std::vector<std::string> cells{row.name, row.kind, figure(row.overall)};
    for (const double score : *row.areas) cells.push_back(figure(score));
    areas.row(std::move(cells));
  }
  return text + areas.text();
}

std::string html_of(const Published& published) {
  return fmt::format("<section id=\"published\"><h2>Published figures</h2>\n<p><strong>{}.</strong> {}</p>\n",
                     heading, escaped(published.note)) +
         lite_table(published) + areas_table(published) + "</section>\n";
}

}  // namespace mls::report
