// Associative recall: sequences that can only be continued by looking up what was stored before (after the
// multi-query recall of Arora et al. 2023, with key and value in one symbol).
#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.hpp"
#include "lib/language/judge/corpus.hpp"

namespace mls::language {

/// A successor that does not count; what at::nll_loss ignores.
inline constexpr std::int64_t unmarked = -100;

struct RecallSpec {
  std::int64_t keys = 8;
  std::int64_t values = 8;
  std::int64_t stores = 16;  ///< of a sequence
  std::int64_t queries = 16;
};

/// Sequences that begin with a store; the other stores and the queries follow in random order. A store is one
/// symbol for a random key and a random value; what the key had before is gone. A query is one symbol for a
/// key that was stored before; its successor is the key's value, a symbol that never occurs in sequences.
class Recall {
 public:
  /// `numbers` numbers the symbols. std::invalid_argument for a spec without one of the four.
  Recall(const RecallSpec& spec, Rng numbers);
  [[nodiscard]] std::int64_t vocabulary() const { return (spec_.keys + 1) * (spec_.values + 1) - 1; }
  /// Of a sequence.
  [[nodiscard]] std::int64_t length() const { return spec_.stores + spec_.queries; }
  /// Fresh sequences; all successors but those of queries are `unmarked`.
  [[nodiscard]] Windows batch(std::int64_t count, Rng& rng) const;

 private:
  void append(Windows& windows, Rng& rng) const;

  RecallSpec spec_;
  std::vector<int> number_of_;  // stores by key and value, then queries by key, then values
};

}  // namespace mls::language
