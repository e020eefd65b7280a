#include "core/free_blocks.hpp"

#include <algorithm>
#include <stdexcept>

namespace mls {

FreeBlocks::FreeBlocks(std::size_t begin, std::size_t end) {
  if (begin < end) free_[begin] = end;
}

std::optional<std::size_t> FreeBlocks::take(std::size_t count) {
  const std::size_t length = (std::max<std::size_t>(count, 1) + alignment - 1) / alignment * alignment;
  for (auto block = free_.begin(); block != free_.end(); ++block) {
    const auto [begin, end] = *block;
    if (end - begin < length) continue;
    free_.erase(block);
    if (begin + length < end) free_[begin + length] = end;
    taken_[begin] = begin + length;
    return begin;
  }
  return std::nullopt;
}

void FreeBlocks::give_back(std::size_t begin) {
  const auto block = taken_.find(begin);
  if (block == taken_.end()) throw std::logic_error("a block is given back that is not taken");
  std::size_t end = block->second;
  taken_.erase(block);
  auto next = free_.lower_bound(end);
  if (next != free_.end() && next->first == end) {
    end = next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin()) {
    const auto previous = std::prev(next);
    if (previous->second == begin) {
      previous->second = end;
      return;
    }
  }
  free_[begin] = end;
}

}  // namespace mls
