// What a language model says position by position: late positions of a window have more context than early
// ones.
#pragma once

#include <cstdint>
#include <vector>

#include "core/torch/prelude.hpp"
#include "lib/language/judge/corpus.hpp"

namespace mls::language {

/// Sums over windows of one length; successors that are `unmarked` (recall.hpp) do not count.
class PositionScores {
 public:
  explicit PositionScores(std::int64_t length);
  /// Logits [B, length, vocabulary] for the next tokens i64 [B, length].
  void add(const torch::Tensor& logits, const torch::Tensor& next);
  /// Mean negative log-likelihood in nats at positions from <= t < to. Not finite when a logit was not; NaN
  /// when nothing counted.
  [[nodiscard]] double loss(std::int64_t from, std::int64_t to) const;
  /// Share of successors there that had the largest logit.
  [[nodiscard]] double accuracy(std::int64_t from, std::int64_t to) const;

 private:
  struct Sums {
    double nll = 0;
    double hits = 0;
    double count = 0;
  };
  [[nodiscard]] Sums over(std::int64_t from, std::int64_t to) const;

  std::vector<Sums> at_;
};

}  // namespace mls::language
