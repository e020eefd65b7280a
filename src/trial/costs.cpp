#include "trial/costs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mls::trial {
namespace {

// Nobody is asked so much; logs of others must not make sums overflow.
constexpr double most_tokens = 1e12;

double number_in(const Json& usage, const char* name) {
  const auto found = usage.find(name);
  return found != usage.end() && found->is_number() ? found->get<double>() : 0;
}

std::int64_t tokens_in(const Json& usage, const char* name) {
  return static_cast<std::int64_t>(std::clamp(number_in(usage, name), 0.0, most_tokens));
}

Costs costs_of(const Json& usage) {
  Costs costs;
  costs.prompt_tokens = tokens_in(usage, "prompt_tokens");
  costs.completion_tokens = tokens_in(usage, "completion_tokens");
  costs.cached_tokens = tokens_in(usage, "cached_tokens");
  if (usage.contains("cost_usd") && usage.at("cost_usd").is_number())
    costs.usd = number_in(usage, "cost_usd");
  return costs;
}

}  // namespace

std::optional<Costs> sum_of(const std::optional<Costs>& one, const std::optional<Costs>& other) {
  if (!one || !other) return one ? one : other;
  Costs sum = *one;
  sum.turns += other->turns;
  sum.prompt_tokens += other->prompt_tokens;
  sum.completion_tokens += other->completion_tokens;
  sum.cached_tokens += other->cached_tokens;
  if (one->usd || other->usd) sum.usd = one->usd.value_or(0) + other->usd.value_or(0);
  return sum;
}

std::optional<Costs> costs_in(const std::vector<Json>& events) {
  std::optional<Costs> sum;
  for (const Json& event : events) {
    if (!event.is_object() || !event.contains("usage") || !event.at("usage").is_object()) continue;
    Costs one = costs_of(event.at("usage"));
    one.turns = event.contains("event") && event.at("event") == "message" ? 1 : 0;
    sum = sum_of(sum, one);
  }
  return sum;
}

Json to_json(const std::optional<Costs>& costs) {
  if (!costs) return {{"turns", nullptr}, {"tokens", nullptr}, {"cost_usd", nullptr}};
  return {{"turns", costs->turns},
          {"tokens",
           {{"prompt", costs->prompt_tokens},
            {"completion", costs->completion_tokens},
            {"cached", costs->cached_tokens}}},
          {"cost_usd", costs->usd ? Json(*costs->usd) : Json(nullptr)}};
}

std::string costs_text(const Costs& costs) {
  const std::string cached =
      costs.cached_tokens > 0 ? fmt::format(" ({} from a cache)", costs.cached_tokens) : "";
  return fmt::format("{} answer{}, {} tokens read{}, {} written, {}", costs.turns,
                     costs.turns == 1 ? "" : "s", costs.prompt_tokens, cached, costs.completion_tokens,
                     costs.usd ? fmt::format("${:.4f}", *costs.usd) : std::string("cost not known"));
}

}  // namespace mls::trial
