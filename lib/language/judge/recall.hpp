// Multi-query associative recall (Arora et al. 2023): sequences that can only be continued by looking up what
// stood beside the same symbol before.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.hpp"
#include "lib/language/judge/corpus.hpp"

namespace mls::language {

/// A successor that does not count; what at::nll_loss ignores.
inline constexpr std::int64_t unmarked = -100;

struct RecallSpec {
  std::int64_t keys = 16;  ///< symbols that are asked for
  std::int64_t values = 16;
  std::int64_t pairs = 6;    ///< at most `keys`
  std::int64_t queries = 6;  ///< at most `pairs`
};

/// Sequences k1 v1 ... kP vP q1 a1 ... qQ aQ: different keys, each with a random value; then Q of these keys
/// in random order, each followed by its value.
class Recall {
 public:
  /// `numbers` numbers the symbols. std::invalid_argument for more pairs than keys or queries than pairs.
  Recall(const RecallSpec& spec, Rng numbers);
  [[nodiscard]] std::int64_t vocabulary() const { return spec_.keys + spec_.values; }
  /// Of a sequence.
  [[nodiscard]] std::int64_t length() const { return 2 * (spec_.pairs + spec_.queries); }
  /// Fresh sequences; all successors but the answers to queries are `unmarked`.
  [[nodiscard]] Windows batch(std::int64_t count, Rng& rng) const;

 private:
  void append(Windows& windows, Rng& rng) const;

  RecallSpec spec_;
  std::vector<int> number_of_;  // of keys, then of values
};

}  // namespace mls::language
