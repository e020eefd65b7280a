#include "lib/language/host/torch/heads.hpp"

#include <gtest/gtest.h>

namespace mls::language {
namespace {

TEST(Heads, JoiningUndoesSplitting) {
  const torch::Tensor x = torch::arange(2 * 3 * 8, torch::kFloat).reshape({2, 3, 8});
  const torch::Tensor heads = in_heads(x, 4);
  EXPECT_EQ(heads.sizes(), (std::vector<std::int64_t>{2, 4, 3, 2}));
  EXPECT_EQ(heads[1][2][0][1].item<float>(), x[1][0][5].item<float>());
  EXPECT_TRUE(joined(heads).equal(x));
}

TEST(Heads, CausalSoftmaxSeesNothingAhead) {
  const torch::Tensor weights = causal_softmax(torch::zeros({1, 2, 4, 4}));
  for (int query = 0; query < 4; ++query) {
    for (int key = 0; key < 4; ++key)
      EXPECT_FLOAT_EQ(weights[0][1][query][key].item<float>(),
                      key <= query ? 1.0F / static_cast<float>(query + 1) : 0.0F);
  }
}

TEST(Heads, MatricesAreDrawnToKeepVariance) {
  Rng rng(1);
  const torch::Tensor matrix = drawn_matrix(400, 100, rng);
  EXPECT_TRUE(matrix.requires_grad());
  EXPECT_NEAR(matrix.detach().std().item<float>(), 0.07, 0.002);
}

}  // namespace
}  // namespace mls::language
