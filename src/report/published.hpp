// Figures that the original benchmark published (reference/published.json): for comparison, never part of our
// scores.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::report {

/// A row of the original's leaderboard of its 30-task Lite subset.
struct PublishedRow {
  int rank = 0;
  std::string model;
  std::string harness;
  std::string effort;  ///< empty when not stated
  double score = 0;    ///< 0 ... 100, as everything here
};

/// Scores of one model by area, in the order of Published::areas.
struct PublishedModel {
  std::string model;
  std::vector<double> vanilla;  ///< first attempt
  std::vector<double> agent;    ///< final submission
  double vanilla_overall = 0;
  double agent_overall = 0;
};

struct Published {
  std::string note;  ///< whose numbers these are
  std::string lite_source;
  std::string areas_source;
  std::vector<PublishedRow> lite;
  std::vector<std::string> areas;  ///< abbreviations
  std::vector<double> human_sota;  ///< by area
  double human_sota_overall = 0;
  std::vector<PublishedModel> models;
  Json json;  ///< the whole file
};

/// root/reference/published.json. Throws bad_input naming file and field.
[[nodiscard]] Published load_published(const std::filesystem::path& root);

/// {"published": the file as it is}: the key says whose numbers they are.
[[nodiscard]] Json to_json(const Published& published);
[[nodiscard]] std::string text_of(const Published& published);
/// A section of the report with id "published".
[[nodiscard]] std::string html_of(const Published& published);

}  // namespace mls::report
