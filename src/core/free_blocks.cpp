#include "core/free_blocks.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace mls {

FreeBlocks::FreeBlocks(Stretch all) {
  if (all.begin < all.end) free_[all.begin] = all.end;
}

std::optional<Stretch> FreeBlocks::take(std::size_t count) {
  const std::size_t length = (std::max<std::size_t>(count, 1) + alignment - 1) / alignment * alignment;
  for (auto block = free_.begin(); block != free_.end(); ++block) {
    const auto [begin, end] = *block;
    if (end - begin < length) continue;
    free_.erase(block);
    if (begin + length < end) free_[begin + length] = end;
    return Stretch{begin, begin + length};
  }
  return std::nullopt;
}

void FreeBlocks::give_back(Stretch block) {
  const auto next = free_.lower_bound(block.begin);
  const auto previous = next == free_.begin() ? free_.end() : std::prev(next);
  if ((next != free_.end() && next->first < block.end) ||
      (previous != free_.end() && previous->second > block.begin))
    throw std::logic_error("a block is given back that is free");
  if (next != free_.end() && next->first == block.end) {
    block.end = next->second;
    free_.erase(next);
  }
  if (previous != free_.end() && previous->second == block.begin) {
    previous->second = block.end;
  } else {
    free_[block.begin] = block.end;
  }
}

}  // namespace mls
