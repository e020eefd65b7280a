#include "lib/nn/judge/torch/patch_networks.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include "lib/nn/judge/torch/testing.hpp"

namespace mls::nn {
namespace {

using testing::drawn;

constexpr PatchShape small{.channels = 1, .side = 12, .patch = 4, .width = 16, .depth = 2, .classes = 2};

struct Case {
  const char* name;
  std::function<std::unique_ptr<PatchNetwork>(Parts, Rng)> make;
};

std::vector<Case> cases() {
  const auto vit = [](bool norm_first) {
    return [norm_first](Parts parts, Rng rng) {
      return std::make_unique<Vit>(VitShape{small, 4, 2, norm_first}, std::move(parts), rng);
    };
  };
  return {{"vit", vit(true)}, {"vit, norm last", vit(false)}, {"mixer", [](Parts parts, Rng rng) {
                                                                 return std::make_unique<Mixer>(
                                                                     small, std::move(parts), rng);
                                                               }}};
}

/// The image with the rows and columns of its patches in another order.
torch::Tensor with_patches_moved(const torch::Tensor& x) { return torch::roll(torch::roll(x, 4, 2), 8, 3); }

TEST(PatchNetworks, LearnWhichWayALineRuns) {
  for (const Case& c : cases()) {
    const auto network = c.make({}, Rng(1));
    EXPECT_GT(testing::accuracy_on_lines(*network, small.side, 60), 90) << c.name;
  }
}

TEST(PatchNetworks, ApplyTheirPartsAtEveryPlaceInOrder) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    std::vector<int> activated;
    std::vector<int> normalized;
    const auto noted = [](std::vector<int>& widths) {
      return [&widths](std::int64_t place, const torch::Tensor& x, bool) {
        EXPECT_EQ(static_cast<std::size_t>(place), widths.size());
        EXPECT_EQ(x.dim(), 2);
        widths.push_back(static_cast<int>(x.size(1)));
        return x;
      };
    };
    const auto network = c.make({noted(activated), noted(normalized)}, Rng(1));
    (void)network->forward(drawn({3, 1, 12, 12}, 2), true);
    const auto widths = [](const std::vector<Place>& places) {
      std::vector<int> all;
      all.reserve(places.size());
      for (const Place& place : places) all.push_back(place.channels);
      return all;
    };
    EXPECT_EQ(activated, widths(network->places()));
    EXPECT_EQ(normalized, widths(network->normalization_places()));
    EXPECT_FALSE(normalized.empty());
  }
}

TEST(PatchNetworks, GradientsAreThoseOfFiniteDifferences) {
  for (const Case& c : cases()) {
    const auto network = c.make({}, Rng(1));
    EXPECT_LT(testing::gradient_error(*network, drawn({4, 1, 12, 12}, 3)), 0.01) << c.name;
  }
}

TEST(PatchNetworks, SameDrawsSameBits) {
  const torch::Tensor x = drawn({4, 1, 12, 12}, 1);
  for (const Case& c : cases()) {
    const auto output = [&](std::uint64_t seed) { return c.make({}, Rng(seed))->forward(x, true).detach(); };
    EXPECT_TRUE(torch::equal(output(1), output(1))) << c.name;
    EXPECT_FALSE(torch::equal(output(1), output(2))) << c.name;
  }
}

TEST(Vit, TellsPatchesApartByTheirPositionsOnly) {
  Vit network({small, 4, 2, true}, {}, Rng(1));
  const torch::Tensor x = drawn({4, 1, 12, 12}, 2);
  const torch::Tensor moved = with_patches_moved(x);
  const torch::NoGradGuard no_graph;
  EXPECT_FALSE(torch::allclose(network.forward(x, false), network.forward(moved, false), 1e-2, 1e-2));
  network.positions().zero_();
  EXPECT_TRUE(torch::allclose(network.forward(x, false), network.forward(moved, false), 1e-4, 1e-5));
}

TEST(Mixer, TellsPatchesApartByMixingThem) {
  const torch::Tensor x = drawn({4, 1, 12, 12}, 2);
  const torch::Tensor moved = with_patches_moved(x);
  const auto alike = [&](int depth) {
    PatchShape shape = small;
    shape.depth = depth;
    Mixer network(shape, {}, Rng(1));
    return torch::allclose(network.forward(x, false), network.forward(moved, false), 1e-2, 1e-2);
  };
  EXPECT_TRUE(alike(0));
  EXPECT_FALSE(alike(1));
}

TEST(Vit, HasTheParametersOfItsShape) {
  const int embedding = 16 * 16 + 16;
  const int positions = 9 * 16;
  const int attention = 16 * 48 + 48 + 16 * 16 + 16;
  const int mlp = 16 * 32 + 32 + 32 * 16 + 16;
  const int norm = 2 * 16;
  const int head = 16 * 2 + 2;
  const int blocks = 2 * (attention + mlp + 2 * norm);
  EXPECT_EQ(testing::size_of(Vit({small, 4, 2, true}, {}, Rng(1))),
            embedding + positions + blocks + norm + head);
  EXPECT_EQ(testing::size_of(Vit({small, 4, 2, false}, {}, Rng(1))), embedding + positions + blocks + head);
}

TEST(Mixer, HasTheParametersOfItsShape) {
  const int tokens = 9 * 18 + 18 + 18 * 9 + 9;
  const int features = 16 * 32 + 32 + 32 * 16 + 16;
  const int norm = 2 * 16;
  EXPECT_EQ(testing::size_of(Mixer(small, {}, Rng(1))),
            16 * 16 + 16 + 2 * (tokens + features + 2 * norm) + norm + 16 * 2 + 2);
}

TEST(PatchNetworks, RefuseShapesThatDoNotWorkOut) {
  PatchShape uneven = small;
  uneven.patch = 5;
  EXPECT_THROW(Mixer(uneven, {}, Rng(1)), std::invalid_argument);
  EXPECT_THROW(Vit({small, 3, 2, true}, {}, Rng(1)), std::invalid_argument);
  Mixer mixer(small, {}, Rng(1));
  EXPECT_THROW((void)mixer.forward(drawn({4, 1, 16, 16}, 1), false), std::invalid_argument);
}

TEST(LayerNorm, StandardisesEveryRow) {
  const torch::Tensor y = LayerNorm(32).apply(drawn({5, 7, 32}, 1) * 3 + 2).detach();
  EXPECT_LT(y.mean(-1).abs().max().item<double>(), 1e-5);
  EXPECT_LT((y.var(-1, false) - 1).abs().max().item<double>(), 1e-3);
}

}  // namespace
}  // namespace mls::nn
