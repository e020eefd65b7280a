#include "core/free_blocks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "core/rng.hpp"

namespace mls {
namespace {

TEST(FreeBlocks, AreTakenFromTheBeginning) {
  FreeBlocks blocks({64, 64 + 48});
  const Stretch first = blocks.take(17).value_or(Stretch{});
  EXPECT_EQ(first.begin, 64U);
  EXPECT_EQ(first.end, 96U);
  EXPECT_FALSE(blocks.take(17));
  EXPECT_EQ(blocks.take(16).value_or(Stretch{}).begin, 96U);
  EXPECT_FALSE(blocks.take(1));
  blocks.give_back(first);
  EXPECT_EQ(blocks.take(1).value_or(Stretch{}).begin, 64U);
  EXPECT_EQ(blocks.take(1).value_or(Stretch{}).begin, 80U);
}

TEST(FreeBlocks, AreNoneWithoutMemory) {
  EXPECT_FALSE(FreeBlocks().take(1));
  EXPECT_FALSE(FreeBlocks({16, 16}).take(1));
}

TEST(FreeBlocks, TakeBackOnlyWhatIsTaken) {
  FreeBlocks blocks({0, 64});
  const Stretch first = blocks.take(16).value_or(Stretch{});
  const Stretch second = blocks.take(16).value_or(Stretch{});
  EXPECT_THROW(blocks.give_back({second.begin, second.end + 16}), std::logic_error);
  blocks.give_back(first);
  EXPECT_THROW(blocks.give_back(first), std::logic_error);
  EXPECT_THROW(blocks.give_back({first.begin, second.end}), std::logic_error);
  EXPECT_THROW(blocks.give_back({first.begin + 8, second.end}), std::logic_error);
  blocks.give_back(second);
  EXPECT_TRUE(blocks.take(64)) << "all of it is free again";
}

TEST(FreeBlocks, NeverOverlapAndAllComeBack) {
  constexpr Stretch all{32, 32 + 4096};
  FreeBlocks blocks(all);
  std::map<std::size_t, std::size_t> taken;  // begin -> end
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t count = 1 + rng.below(300);
    const auto at = rng.bernoulli(0.6) ? blocks.take(count) : std::nullopt;
    if (at) {
      EXPECT_GE(at->begin, all.begin);
      EXPECT_GE(at->end, at->begin + count);
      EXPECT_LE(at->end, all.end);
      const auto next = taken.lower_bound(at->begin);
      if (next != taken.end()) {
        EXPECT_LE(at->end, next->first);
      }
      if (next != taken.begin()) {
        EXPECT_LE(std::prev(next)->second, at->begin);
      }
      taken[at->begin] = at->end;
    } else if (!taken.empty()) {
      const auto one = std::next(taken.begin(), static_cast<std::ptrdiff_t>(rng.below(taken.size())));
      blocks.give_back({one->first, one->second});
      taken.erase(one);
    }
  }
  for (const auto& [begin, end] : taken) blocks.give_back({begin, end});
  EXPECT_TRUE(blocks.take(all.end - all.begin)) << "free neighbours are one block again";
}

}  // namespace
}  // namespace mls
