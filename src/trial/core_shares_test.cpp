#include "trial/core_shares.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "evaluate/workers.hpp"

namespace mls::trial {
namespace {

using Cores = std::vector<int>;

TEST(CoreShares, EveryCoreIsGivenToExactlyOneClaim) {
  CoreShares shares({2, 3, 5, 7, 11});
  const CoreShares::Claim first(shares);
  EXPECT_EQ(first.cores(), (Cores{2, 3, 5, 7, 11}));
  {
    const CoreShares::Claim second(shares);
    EXPECT_EQ(first.cores(), (Cores{2, 5, 11}));
    EXPECT_EQ(second.cores(), (Cores{3, 7}));
  }
  EXPECT_EQ(first.cores().size(), 5U) << "what is given back is used";
}

TEST(CoreShares, MoreClaimsThanCoresShare) {
  CoreShares shares({0, 1});
  std::vector<std::unique_ptr<CoreShares::Claim>> claims;
  for (int i = 0; i < 5; ++i) claims.push_back(std::make_unique<CoreShares::Claim>(shares));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(claims[static_cast<std::size_t>(i)]->cores(), Cores{i % 2});
  claims.erase(claims.begin());
  EXPECT_EQ(claims.front()->cores(), Cores{0});
}

TEST(CoreShares, AThreadIsTiedToItsPart) {
  CoreShares shares(evaluate::usable_cores());
  std::jthread([&] {
    const CoreShares::Claim first(shares);
    const CoreShares::Claim second(shares);
    second.tie_thread();
    EXPECT_EQ(evaluate::usable_cores(), second.cores());
  }).join();
}

}  // namespace
}  // namespace mls::trial
