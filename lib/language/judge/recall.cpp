#include "lib/language/judge/recall.hpp"

#include <stdexcept>

namespace mls::language {

Recall::Recall(const RecallSpec& spec, Rng numbers)
    : spec_(spec), number_of_(numbers.permutation(static_cast<int>(vocabulary()))) {
  if (spec.pairs > spec.keys || spec.queries > spec.pairs || spec.queries < 1 || spec.values < 1)
    throw std::invalid_argument("Recall: there must be 1 <= queries <= pairs <= keys, and values");
}

Windows Recall::batch(std::int64_t count, Rng& rng) const {
  Windows windows{.count = count, .length = length(), .tokens = {}, .next = {}};
  for (std::int64_t k = 0; k < count; ++k) append(windows, rng);
  return windows;
}

void Recall::append(Windows& windows, Rng& rng) const {
  const auto say = [&](int symbol, std::int64_t next) {
    windows.tokens.push_back(number_of_[static_cast<std::size_t>(symbol)]);
    windows.next.push_back(next);
  };
  const auto keys = static_cast<int>(spec_.keys);
  const std::vector<int> drawn = rng.permutation(keys);
  std::vector<int> values;
  for (std::int64_t k = 0; k < spec_.pairs; ++k) {
    values.push_back(keys + static_cast<int>(rng.below(static_cast<std::uint64_t>(spec_.values))));
    say(drawn[static_cast<std::size_t>(k)], unmarked);
    say(values.back(), unmarked);
  }
  std::vector<int> order = rng.permutation(static_cast<int>(spec_.pairs));
  order.resize(static_cast<std::size_t>(spec_.queries));
  for (const int k : order) {
    const int answer = values[static_cast<std::size_t>(k)];
    say(drawn[static_cast<std::size_t>(k)], number_of_[static_cast<std::size_t>(answer)]);
    say(answer, unmarked);
  }
}

}  // namespace mls::language
