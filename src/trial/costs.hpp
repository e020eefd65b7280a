// What the answers of a trial's model came to, by the trial's log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

struct Costs {
  int turns = 0;  ///< answers of the model
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;  ///< of the prompts
  std::optional<double> usd;       ///< where prices are known
};
/// Sums up every `usage` in the log, whichever event it stands in. None where there is none: no model was
/// asked, or nobody knows. Total: what is no number counts for nothing.
[[nodiscard]] std::optional<Costs> costs_in(const std::vector<Json>& events);
/// {"turns", "tokens": {"prompt", "completion", "cached"}, "cost_usd"}, all null where there are none.
[[nodiscard]] Json to_json(const std::optional<Costs>& costs);
/// "12 answers, 34000 tokens read (2000 from a cache), 5000 written, $0.1234"
[[nodiscard]] std::string costs_text(const Costs& costs);
/// Together; none when neither has any.
[[nodiscard]] std::optional<Costs> sum_of(const std::optional<Costs>& one, const std::optional<Costs>& other);

}  // namespace mls::trial
