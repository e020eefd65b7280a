// Which stretches of a memory are free: numbers only, so that they need not lie in the memory themselves,
// where somebody else may write.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

namespace mls {

/// `begin` ... `end` - 1.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class FreeBlocks {
 public:
  /// Every block begins at a multiple of it: floats that fill a line of the cache.
  static constexpr std::size_t alignment = 16;

  FreeBlocks() = default;  ///< there are none
  /// All of it; it must begin at a multiple of the alignment.
  explicit FreeBlocks(Stretch all);

  /// A block of `count` or, for the alignment, somewhat more: the first that is long enough. None left:
  /// nullopt.
  [[nodiscard]] std::optional<Stretch> take(std::size_t count);
  /// What take() returned, once. std::logic_error where some of it is free.
  void give_back(Stretch block);

 private:
  std::map<std::size_t, std::size_t> free_;  // begin -> end; no two of them touch
};

}  // namespace mls
