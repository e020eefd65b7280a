// How many tokens went to each expert of one layer, batch by batch.
#pragma once

#include <cstddef>
#include <span>

namespace mls::moe {

/// Oldest batch first. A view: valid as long as its numbers are.
class LoadHistory {
 public:
  /// `tokens` is [batches][experts], at least one batch.
  LoadHistory(std::span<const float> tokens, int experts)
      : tokens_(tokens), experts_(static_cast<std::size_t>(experts)) {}

  [[nodiscard]] int batches() const { return static_cast<int>(tokens_.size() / experts_); }
  /// Tokens of each expert; b = batches() - 1 is the newest.
  [[nodiscard]] std::span<const float> batch(int b) const {
    return tokens_.subspan(static_cast<std::size_t>(b) * experts_, experts_);
  }
  [[nodiscard]] std::span<const float> newest() const { return batch(batches() - 1); }

 private:
  std::span<const float> tokens_;
  std::size_t experts_;
};

}  // namespace mls::moe
