#include "report/sources.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "evaluate/evaluate.hpp"
#include "store/run_folder.hpp"

namespace mls::report {

SimilarityByRun similarities_of(const std::filesystem::path& home, const task::Task& task,
                                const std::vector<TaskRow>& rows) {
  SimilarityByRun found;
  try {
    const trial::BaselineSources baselines(task);
    for (const auto& row : rows) {
      if (row.kind != RowKind::submission) continue;
      try {
        const auto file = store::runs_folder(home) / row.run / "method.cpp";
        found[row.run] = baselines.similarities(read_untrusted_file(file, evaluate::max_method_bytes));
      } catch (const Error&) {
        // Vanished or damaged since it was indexed; the index reports it.
      }
    }
  } catch (const Error&) {
    // A task without sources is reported wherever it is evaluated.
  }
  return found;
}

Json to_json(const std::vector<trial::Similarity>& similarities) {
  Json json = Json::array();
  for (const auto& one : similarities)
    json.push_back({{"baseline", one.baseline}, {"one", one.one}, {"three", one.three}});
  return json;
}

std::string nearest_text(const std::vector<trial::Similarity>& similarities) {
  const auto* nearest = trial::nearest(similarities);
  if (nearest == nullptr) return "";
  return fmt::format(
      "nearest baseline {}: {:.0f} % of phrases of three tokens and {:.0f} % of tokens in common",
      nearest->baseline, 100 * nearest->three, 100 * nearest->one);
}

}  // namespace mls::report
