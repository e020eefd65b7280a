#include "core/free_blocks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "core/rng.hpp"

namespace mls {
namespace {

TEST(FreeBlocks, AreTakenFromTheBeginning) {
  FreeBlocks blocks(64, 64 + 48);
  EXPECT_EQ(blocks.take(17), 64U);
  EXPECT_EQ(blocks.take(17), std::nullopt);
  EXPECT_EQ(blocks.take(16), 96U);
  EXPECT_EQ(blocks.take(1), std::nullopt);
  blocks.give_back(64);
  EXPECT_EQ(blocks.take(1), 64U);
  EXPECT_EQ(blocks.take(1), 80U);
}

TEST(FreeBlocks, AreNoneWithoutMemory) {
  EXPECT_EQ(FreeBlocks().take(1), std::nullopt);
  EXPECT_EQ(FreeBlocks(16, 16).take(1), std::nullopt);
}

TEST(FreeBlocks, TakeBackOnlyWhatTheyGave) {
  FreeBlocks blocks(0, 64);
  const std::size_t first = blocks.take(16).value_or(1);
  EXPECT_THROW(blocks.give_back(first + 16), std::logic_error);
  blocks.give_back(first);
  EXPECT_THROW(blocks.give_back(first), std::logic_error);
}

TEST(FreeBlocks, NeverOverlapAndAllComeBack) {
  constexpr std::size_t begin = 32;
  constexpr std::size_t end = begin + 4096;
  FreeBlocks blocks(begin, end);
  std::map<std::size_t, std::size_t> taken;  // begin -> end
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t count = 1 + rng.below(300);
    const auto at = rng.bernoulli(0.6) ? blocks.take(count) : std::nullopt;
    if (at) {
      EXPECT_GE(*at, begin);
      EXPECT_LE(*at + count, end);
      const auto next = taken.lower_bound(*at);
      if (next != taken.end()) {
        EXPECT_LE(*at + count, next->first);
      }
      if (next != taken.begin()) {
        EXPECT_LE(std::prev(next)->second, *at);
      }
      taken[*at] = *at + count;
    } else if (!taken.empty()) {
      const auto one = std::next(taken.begin(), static_cast<std::ptrdiff_t>(rng.below(taken.size())));
      blocks.give_back(one->first);
      taken.erase(one);
    }
  }
  for (const auto& [at, unused] : taken) blocks.give_back(at);
  EXPECT_EQ(blocks.take(end - begin), begin) << "free neighbours are one block again";
}

}  // namespace
}  // namespace mls
