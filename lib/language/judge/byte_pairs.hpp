// Tokens of several bytes: pairs of neighbours that occur together most often become one token, again and
// again (Gage 1994; Sennrich, Haddow & Birch 2016).
//
// All 256 bytes are tokens, so that any text has an encoding and decodes to itself. Tokens never reach beyond
// a word: a run of letters (bytes beyond ASCII count as such), of digits, of blanks or of other characters,
// with one space before it; of long runs, 64 bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.hpp"

namespace mls::language {

class BytePairs {
 public:
  static constexpr std::int64_t most_tokens = 32768;

  /// Learns from `text`, which should be the training part alone. Of pairs that occur equally often the one
  /// of the older tokens is merged. `vocabulary` from 256 to most_tokens (std::invalid_argument); it is not
  /// reached when no pair occurs twice any more. Numbers of tokens are a random order drawn from `numbers`.
  BytePairs(std::string_view text, std::int64_t vocabulary, Rng numbers);

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(texts_.size()); }
  /// Concatenations of whole words' encodings are the encoding of the concatenation; nothing is left out.
  [[nodiscard]] std::vector<std::int32_t> encoded(std::string_view text) const;
  /// Numbers outside 0 ... size - 1: std::out_of_range.
  [[nodiscard]] std::string decoded(std::span<const std::int32_t> tokens) const;
  /// How many bytes these tokens stand for.
  [[nodiscard]] std::int64_t bytes_of(std::span<const std::int32_t> tokens) const;
  /// The mean loss of predicting each of `tokens`, in nats a token, as nats a byte, in which vocabularies
  /// compare. No tokens: 0.
  [[nodiscard]] double per_byte(double loss_per_token, std::span<const std::int32_t> tokens) const;

 private:
  /// Two tokens, as they were learnt: bytes first, then merges in order.
  struct Merge {
    std::int32_t left = 0;
    std::int32_t right = 0;
  };
  [[nodiscard]] std::vector<std::int32_t> merged(std::string_view word) const;

  std::vector<Merge> merges_;
  std::vector<std::int64_t> sorted_merges_;  // left x 2^48 + right x 2^32 + rank, ascending
  std::vector<std::int32_t> number_of_;      // by order of learning
  std::vector<std::string> texts_;           // by number
};

}  // namespace mls::language
