// Which stretches of a memory are free: numbers only, so that they need not lie in the memory themselves,
// where somebody else may write.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

namespace mls {

class FreeBlocks {
 public:
  /// Every block begins at a multiple of it: floats that fill a line of the cache.
  static constexpr std::size_t alignment = 16;

  FreeBlocks() = default;  ///< there are none
  /// `begin` ... `end` - 1, of which `begin` must be a multiple of the alignment.
  FreeBlocks(std::size_t begin, std::size_t end);

  /// Where a block of `count` begins: the first place that is long enough. None left: nullopt.
  [[nodiscard]] std::optional<std::size_t> take(std::size_t count);
  /// What take() returned; std::logic_error for anything else.
  void give_back(std::size_t begin);

 private:
  std::map<std::size_t, std::size_t> free_;   // begin -> end; no two of them touch
  std::map<std::size_t, std::size_t> taken_;  // begin -> end
};

}  // namespace mls
