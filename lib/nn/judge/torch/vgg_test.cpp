#include "lib/nn/judge/torch/vgg.hpp"

#include <gtest/gtest.h>

#include "lib/nn/judge/torch/testing.hpp"

namespace mls::nn {
namespace {

using testing::drawn;

Part identity() {
  return [](std::int64_t, const torch::Tensor& x, bool) { return x; };
}

TEST(Vgg, LearnsWhichWayALineRuns) {
  Vgg network({1, 8, 2, 2, 2}, {}, Rng(1));
  EXPECT_GT(testing::accuracy_on_lines(network, 12, 40), 90);
}

TEST(Vgg, HasTheParametersOfItsShape) {
  const Vgg network({3, 8, 3, 2, 10}, {}, Rng(1));
  const int convolutions = 9 * (3 * 8 + 8 * 8 + 8 * 16 + 16 * 16 + 16 * 32 + 32 * 32);
  const int norms = 2 * 2 * (8 + 16 + 32);
  EXPECT_EQ(testing::size_of(network), convolutions + norms + 32 * 10 + 10);
  EXPECT_EQ(testing::size_of(Vgg({3, 8, 3, 2, 10}, {{}, identity()}, Rng(1))), convolutions + 32 * 10 + 10);
}

TEST(Vgg, PartsAreAppliedAtEveryPlaceNormalisationFirst) {
  std::vector<std::pair<char, std::int64_t>> calls;
  const auto noted = [&](char part) {
    return [&calls, part](std::int64_t place, const torch::Tensor& x, bool) {
      calls.emplace_back(part, place);
      return x;
    };
  };
  Vgg network({1, 4, 2, 1, 3}, {noted('a'), noted('n')}, Rng(1));
  (void)network.forward(drawn({2, 1, 8, 8}, 1), true);
  EXPECT_EQ(calls, (std::vector<std::pair<char, std::int64_t>>{{'n', 0}, {'a', 0}, {'n', 1}, {'a', 1}}));
  ASSERT_EQ(network.places().size(), 2U);
  EXPECT_EQ(network.places()[1].channels, 8);
}

TEST(Vgg, DoesNotNoticeAShiftByItsStrideWithinAnEmptyImage) {
  // Zero stays zero without normalisation, so that what counts are the places a shift carries along.
  Vgg network({1, 8, 2, 2, 5}, {{}, identity()}, Rng(1));
  torch::Tensor here = torch::zeros({1, 1, 40, 40});
  torch::Tensor there = here.clone();
  const torch::Tensor spot = drawn({4, 4}, 2);
  here[0][0].narrow(0, 16, 4).narrow(1, 16, 4).copy_(spot);
  there[0][0].narrow(0, 20, 4).narrow(1, 12, 4).copy_(spot);
  const torch::Tensor y = network.forward(here, false);
  EXPECT_GT(y.abs().max().item<double>(), 1e-3);
  EXPECT_TRUE(torch::allclose(y, network.forward(there, false), 1e-5, 1e-7));
}

TEST(Vgg, GradientsAreThoseOfFiniteDifferences) {
  Vgg network({1, 4, 2, 1, 3}, {[](auto, const torch::Tensor& x, bool) { return torch::tanh(x); }, {}},
              Rng(1));
  EXPECT_LT(testing::gradient_error(network, drawn({8, 1, 8, 8}, 3)), 0.01);
}

TEST(Vgg, SameDrawsSameBits) {
  const torch::Tensor x = drawn({4, 1, 12, 12}, 1);
  const auto output = [&](std::uint64_t seed) {
    return Vgg({1, 8, 2, 2, 5}, {}, Rng(seed)).forward(x, true).detach();
  };
  EXPECT_TRUE(torch::equal(output(1), output(1)));
  EXPECT_FALSE(torch::equal(output(1), output(2)));
}

}  // namespace
}  // namespace mls::nn
