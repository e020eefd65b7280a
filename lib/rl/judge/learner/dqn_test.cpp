#include "lib/rl/judge/learner/dqn.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace mls::rl {
namespace {

Steps steps_of(float reward, bool terminated, bool truncated, float next) {
  return {.next = Matrix::Constant(1, 1, next),
          .reward = {reward},
          .terminated = {static_cast<std::uint8_t>(terminated)},
          .truncated = {static_cast<std::uint8_t>(truncated)}};
}

TEST(RlReplay, AddsUpRewardsOverNSteps) {
  Replay replay(1, 1, 10, 3, 0.5);
  const std::vector<int> action{1};
  for (int t = 0; t < 3; ++t)
    replay.add(Matrix::Constant(1, 1, static_cast<float>(t)), action,
               steps_of(1, false, false, static_cast<float>(t + 1)));
  ASSERT_EQ(replay.size(), 1);
  EXPECT_FLOAT_EQ(replay.reward(0), 1.75F);
  EXPECT_FLOAT_EQ(replay.discount(0), 0.125F);
  EXPECT_EQ(replay.seen(0)[0], 0);
  EXPECT_EQ(replay.next(0)[0], 3);
}

TEST(RlReplay, TerminationEndsWhatFollowsAndTimeLimitsDoNot) {
  for (const bool terminated : {true, false}) {
    Replay replay(1, 1, 10, 3, 0.5);
    const std::vector<int> action{0};
    replay.add(Matrix::Zero(1, 1), action, steps_of(1, false, false, 1));
    replay.add(Matrix::Ones(1, 1), action, steps_of(4, terminated, !terminated, 2));
    ASSERT_EQ(replay.size(), 2);
    EXPECT_FLOAT_EQ(replay.reward(0), 3);
    EXPECT_FLOAT_EQ(replay.reward(1), 4);
    EXPECT_FLOAT_EQ(replay.discount(0), terminated ? 0 : 0.25F);
    EXPECT_FLOAT_EQ(replay.discount(1), terminated ? 0 : 0.5F);
    // Nothing leaks into the next episode.
    replay.add(Matrix::Zero(1, 1), action, steps_of(9, false, false, 1));
    EXPECT_EQ(replay.size(), 2);
  }
}

/// Plain double Q-learning with one output for each action.
class DoubleQ final : public ValueHook {
 public:
  void q(const Matrix& z, std::span<const int>, Matrix& q) override { q = z; }
  void gradient(const Batches& batches, Matrix& gradient) override {
    gradient.setZero();
    ++updates;
    for (Eigen::Index b = 0; b < gradient.cols(); ++b) {
      Eigen::Index next = 0;
      batches.z_next.col(b).maxCoeff(&next);
      const auto i = static_cast<std::size_t>(b);
      const float target = batches.reward[i] + batches.discount[i] * batches.zt_next(next, b);
      gradient(batches.action[i], b) = (batches.z(batches.action[i], b) - target) / 32;
    }
  }
  int updates = 0;
};

struct Training {
  DqnOptions options{
      .steps = 4000, .steps_per_update = 2, .batch = 32, .target_every = 100, .rate = 1e-3F, .snapshots = 4};
  RuleShape shape{.outputs = 2, .n_step = 1, .online_next = true, .target_now = false};
  Disguise disguise;
  DoubleQ hook;
  std::vector<Weights> agents;

  Training() {
    Rng rng(1);
    disguise = draw_disguise(4, 2, 1, rng);
  }
  std::vector<double> play(std::uint64_t seed) {
    std::vector<DqnReplica> replicas;
    for (std::uint64_t r = 0; r < 2; ++r) {
      replicas.emplace_back(options, shape,
                            make_actors("cartpole", disguise, options.actors, Rng(seed).split(r)),
                            Rng(seed).split(10 + r));
    }
    agents.clear();
    train_dqn(options, shape, replicas, 2, hook,
              [&](std::vector<Weights> now) { agents.insert(agents.end(), now.begin(), now.end()); });
    const std::vector<Rng> streams{Rng(5), Rng(6), Rng(7)};
    return evaluate_dqn(options, shape, agents, "cartpole", disguise, streams, 0.02, hook);
  }
};

TEST(RlDqn, LearnsToBalance) {
  Training training;
  const std::vector<double> returns = training.play(3);
  ASSERT_EQ(returns.size(), 4U * 2 * 3);
  EXPECT_EQ(training.hook.updates, training.options.updates());
  double last = 0;
  for (std::size_t i = 18; i < 24; ++i) last += returns[i] / 6;
  EXPECT_GT(last, 80);  // random: 22
}

TEST(RlDqn, SameSeedsGiveTheSameBits) {
  Training a;
  Training b;
  a.options.steps = b.options.steps = 1200;
  const std::vector<double> first = a.play(4);
  EXPECT_EQ(first, b.play(4));
  EXPECT_EQ(a.agents, b.agents);
  b.play(5);
  EXPECT_NE(a.agents, b.agents);
}

TEST(RlDqn, EnormousGradientsLeaveFiniteWeights) {
  class Huge final : public ValueHook {
   public:
    void q(const Matrix& z, std::span<const int>, Matrix& q) override { q = z; }
    void gradient(const Batches&, Matrix& gradient) override { gradient.setConstant(3e38F); }
  };
  Training training;
  training.options.steps = 1200;
  Huge huge;
  std::vector<DqnReplica> replicas;
  replicas.emplace_back(training.options, training.shape,
                        make_actors("cartpole", training.disguise, training.options.actors, Rng(1)), Rng(2));
  train_dqn(training.options, training.shape, replicas, 2, huge, [](std::vector<Weights> now) {
    EXPECT_TRUE(std::ranges::all_of(now[0], [](float w) { return std::isfinite(w); }));
  });
}

}  // namespace
}  // namespace mls::rl
