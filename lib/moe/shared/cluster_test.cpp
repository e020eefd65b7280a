#include "lib/moe/shared/cluster.hpp"

#include <gtest/gtest.h>

namespace mls::moe {
namespace {

/// Four experts in two groups; two nodes of one device with three slots each.
Cluster small() {
  return {.experts = 4,
          .groups = 2,
          .nodes = 2,
          .devices = 2,
          .slots = 6,
          .interval = 5,
          .move_cost = 0.1,
          .node_cost = 0.5};
}

const std::vector<int> apart{0, 1, 0, 2, 3, 3};
const std::vector<int> mixed{0, 1, 2, 0, 3, 3};
const std::vector<float> loads{40, 10, 30, 20};

TEST(Cluster, ReplicasShareTheirExpertsTokens) {
  EXPECT_EQ(count_replicas(small(), mixed), (std::vector<int>{2, 1, 1, 2}));
  EXPECT_EQ(device_loads(small(), mixed, loads), (std::vector<double>{20 + 10 + 30, 20 + 20}));
  EXPECT_DOUBLE_EQ(imbalance(small(), mixed, loads), 0.2);
  EXPECT_DOUBLE_EQ(imbalance(small(), apart, loads), 0);
}

TEST(Cluster, AbsentExpertsCountZero) {
  EXPECT_EQ(count_replicas(small(), std::vector<int>{0, 0, 0, 0, 0, 3}), (std::vector<int>{5, 0, 0, 1}));
}

TEST(Cluster, SpreadCountsTheNodesOfAGroup) {
  EXPECT_DOUBLE_EQ(spread(small(), apart, loads), 0);
  EXPECT_DOUBLE_EQ(spread(small(), mixed, loads), 1);
  // Only the second group, with half of the tokens, is on both nodes.
  EXPECT_DOUBLE_EQ(spread(small(), std::vector<int>{0, 1, 2, 2, 3, 3}, loads), 0.5);
}

TEST(Cluster, MovesAreWeightsThatADeviceLacks) {
  EXPECT_EQ(count_moves(small(), apart, apart), 0);
  // Expert 2 comes to the first device, expert 0 to the second.
  EXPECT_EQ(count_moves(small(), apart, mixed), 2);
  // Another order of slots moves nothing, and neither does a second copy of what a device holds.
  EXPECT_EQ(count_moves(small(), apart, std::vector<int>{1, 0, 0, 3, 2, 2}), 0);
  // Two copies of the same expert are copied once.
  EXPECT_EQ(count_moves(small(), apart, std::vector<int>{0, 1, 3, 2, 0, 0}), 2);
}

TEST(Cluster, CostsAddUp) {
  EXPECT_DOUBLE_EQ(batch_excess(small(), mixed, loads), 0.2 + 0.5 * 1);
  EXPECT_DOUBLE_EQ(move_excess(small(), 20), 0.1 * 20 / (2 * 5));
}

}  // namespace
}  // namespace mls::moe
