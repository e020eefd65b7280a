#include "lib/language/judge/recall.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>

namespace mls::language {

Recall::Recall(const RecallSpec& spec, Rng numbers)
    : spec_(spec), number_of_(numbers.permutation(static_cast<int>(vocabulary()))) {
  if (std::min({spec.keys, spec.values, spec.stores, spec.queries}) < 1)
    throw std::invalid_argument("Recall: there must be keys, values, stores and queries");
}

Windows Recall::batch(std::int64_t count, Rng& rng) const {
  Windows windows{.count = count, .length = length(), .tokens = {}, .next = {}};
  for (std::int64_t k = 0; k < count; ++k) append(windows, rng);
  return windows;
}

void Recall::append(Windows& windows, Rng& rng) const {
  const auto keys = static_cast<std::size_t>(spec_.keys);
  const auto values = static_cast<std::size_t>(spec_.values);
  std::vector<char> is_store(static_cast<std::size_t>(length()), 0);
  std::fill_n(is_store.begin(), spec_.stores, 1);
  rng.shuffle(std::span(is_store).subspan(1));
  std::vector<std::size_t> stored;  // keys
  std::vector<std::size_t> value_of(keys);
  for (const char store : is_store) {
    if (store != 0) {
      const std::size_t key = rng.below(keys);
      value_of[key] = rng.below(values);
      if (std::ranges::find(stored, key) == stored.end()) stored.push_back(key);
      windows.tokens.push_back(number_of_[key * values + value_of[key]]);
      windows.next.push_back(unmarked);
    } else {
      const std::size_t key = stored[rng.below(stored.size())];
      windows.tokens.push_back(number_of_[keys * values + key]);
      windows.next.push_back(number_of_[keys * (values + 1) + value_of[key]]);
    }
  }
}

}  // namespace mls::language
