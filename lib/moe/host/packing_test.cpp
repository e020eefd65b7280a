#include "lib/moe/host/packing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/rng.hpp"

namespace mls::moe {
namespace {

constexpr Cluster large{.experts = 256, .groups = 8, .nodes = 4, .devices = 32, .slots = 288, .interval = 4};
constexpr std::array<Packing, 2> packings{pack_longest_first, pack_snake};

std::vector<double> heavy_tailed(std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> loads(256);
  for (double& load : loads) load = std::exp(1.3 * rng.normal());
  return loads;
}

TEST(MeanLoad, OfTheNewestBatches) {
  const std::vector<float> tokens{8, 0, 1, 3, 3, 1};
  const LoadHistory history(tokens, 2);
  EXPECT_EQ(history.batches(), 3);
  EXPECT_EQ(mean_load(history, 1), (std::vector<double>{3, 1}));
  EXPECT_EQ(mean_load(history, 2), (std::vector<double>{2, 2}));
  EXPECT_EQ(mean_load(history, 9), mean_load(history, 3));
}

TEST(Replicate, GivesToTheLargestLoadPerReplica) {
  const std::vector<double> loads{12, 5, 1};
  EXPECT_EQ(replicate(loads, 3), (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(replicate(loads, 5), (std::vector<int>{3, 1, 1}));
  EXPECT_EQ(replicate(loads, 6), (std::vector<int>{3, 2, 1}));
}

TEST(Replicate, WithoutAnyLoadIsDefined) {
  EXPECT_EQ(replicate(std::vector<double>{0, 0}, 4), (std::vector<int>{3, 1}));
}

TEST(PackLongestFirst, FillsTheLightestPackWithRoom) {
  // 9 | 7, then 6 to the second, 5 to the first: 14 | 13; 1 would go to the second, and 1 to the first.
  EXPECT_EQ(pack_longest_first(std::vector<double>{1, 9, 7, 6, 5, 1}, 2),
            (std::vector<int>{1, 0, 1, 1, 0, 0}));
  // The first pack is full although it is lighter.
  EXPECT_EQ(pack_longest_first(std::vector<double>{9, 1, 1, 1}, 2), (std::vector<int>{0, 1, 1, 0}));
}

TEST(PackSnake, TurnsAtTheEnds) {
  EXPECT_EQ(pack_snake(std::vector<double>{6, 5, 4, 3, 2, 1}, 3), (std::vector<int>{0, 1, 2, 2, 1, 0}));
  EXPECT_EQ(pack_snake(std::vector<double>{1, 2, 3, 4}, 2), (std::vector<int>{0, 1, 1, 0}));
}

TEST(Place, EveryExpertIsSomewhere) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const Packing packing : packings) {
      for (const auto place : {place_flat, place_hierarchical}) {
        const std::vector<int> placement = place(large, heavy_tailed(seed), packing);
        ASSERT_EQ(placement.size(), 288U);
        const std::vector<int> replicas = count_replicas(large, placement);
        EXPECT_GE(*std::min_element(replicas.begin(), replicas.end()), 1);
      }
    }
  }
}

TEST(PlaceHierarchical, KeepsGroupsOnOneNode) {
  const std::vector<float> even(256, 1.0F);
  for (const Packing packing : packings) {
    EXPECT_EQ(spread(large, place_hierarchical(large, heavy_tailed(1), packing), even), 0);
    EXPECT_GT(spread(large, place_flat(large, heavy_tailed(1), packing), even), 2);
  }
}

TEST(PlaceHierarchical, IsFlatWhenGroupsDoNotFitOnNodes) {
  Cluster odd = large;
  odd.groups = 2;
  EXPECT_EQ(place_hierarchical(odd, heavy_tailed(2), pack_snake),
            place_flat(odd, heavy_tailed(2), pack_snake));
}

TEST(Place, BalancesKnownLoads) {
  const std::vector<double> loads = heavy_tailed(3);
  const std::vector<float> tokens(loads.begin(), loads.end());
  const double longest_first = imbalance(large, place_flat(large, loads, pack_longest_first), tokens);
  const double snake = imbalance(large, place_flat(large, loads, pack_snake), tokens);
  EXPECT_LT(longest_first, 0.02);
  EXPECT_LT(longest_first, snake);
  EXPECT_LT(snake, imbalance(large, place_hierarchical(large, loads, pack_snake), tokens));
}

}  // namespace
}  // namespace mls::moe
