#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>
#include <vector>

#include "lib/rl/judge/env/acrobot.hpp"
#include "lib/rl/judge/env/actors.hpp"
#include "lib/rl/judge/env/cartpole.hpp"
#include "lib/rl/judge/env/lander.hpp"

namespace mls::rl {
namespace {

constexpr double pi = std::numbers::pi;

TEST(RlCartPole, FirstStepFromRestIsTheTextbookOne) {
  CartPole pole;
  Rng rng(1);
  pole.step(1, rng);
  pole.step(1, rng);
  // Upright and at rest: acceleration = 10 / 1.1 - .05 turn, turn = -(10 / 1.1) / (.5 (4/3 - .1 / 1.1)).
  const double push = 10 / 1.1;
  const double turn = -push / (0.5 * (4.0 / 3 - 0.1 / 1.1));
  EXPECT_NEAR(pole.state[0], 0.02 * 0.02 * (push - 0.05 / 1.1 * turn), 1e-9);
  EXPECT_NEAR(pole.state[2], 0.02 * 0.02 * turn, 1e-9);
}

TEST(RlCartPole, FallsWithinADozenStepsWhenAlwaysPushedOneWay) {
  CartPole pole;
  Rng rng(2);
  pole.reset(rng);
  int steps = 0;
  while (!pole.step(0, rng).terminated) ++steps;
  EXPECT_GE(steps, 7);
  EXPECT_LE(steps, 11);
}

TEST(RlAcrobot, KeepsItsEnergyWithoutTorque) {
  // Energy of two links of mass 1, length 1, centres at .5 and moments of inertia 1, as in the equations of
  // motion.
  const auto energy = [](const Acrobot& a) {
    const auto [a1, a2, w1, w2] = a.state;
    const double c2 = std::cos(a2);
    const double d11 = 0.25 + (1 + 0.25 + c2) + 2;
    const double d12 = 0.25 + 0.5 * c2 + 1;
    const double kinetic = 0.5 * d11 * w1 * w1 + d12 * w1 * w2 + 0.5 * 1.25 * w2 * w2;
    return kinetic - 9.8 * (0.5 * std::cos(a1) + std::cos(a1) + 0.5 * std::cos(a1 + a2));
  };
  Acrobot acrobot;
  Rng rng(3);
  acrobot.state = {0.6, -0.4, 0, 0};
  const double before = energy(acrobot);
  for (int i = 0; i < 20; ++i) acrobot.step(1, rng);
  EXPECT_NEAR(energy(acrobot), before, 0.05);
}

TEST(RlAcrobot, EndsWithoutCostWhenTheTipIsUp) {
  Acrobot acrobot;
  Rng rng(4);
  acrobot.state = {pi * 0.9, 0, 0.5, 0};
  const Outcome up = acrobot.step(1, rng);
  EXPECT_TRUE(up.terminated);
  EXPECT_EQ(up.reward, 0);
  acrobot.reset(rng);
  const Outcome hanging = acrobot.step(1, rng);
  EXPECT_FALSE(hanging.terminated);
  EXPECT_EQ(hanging.reward, -1);
}

double potential(const Lander& l) {
  return -10 * std::hypot(l.x, l.y) - 5 * std::hypot(l.vx, l.vy) - 5 * std::abs(l.tilt);
}

TEST(RlLander, RewardIsTheChangeOfPotentialLessFuelAndTheOutcome) {
  Rng rng(5);
  Lander lander;
  lander.y = 1;
  const double high = potential(lander);
  const Outcome burn = lander.step(2, rng);
  EXPECT_FALSE(burn.terminated);
  EXPECT_NEAR(burn.reward, potential(lander) - high - 0.03, 1e-12);

  Lander soft;
  soft.y = 0.005;
  soft.vy = -0.2;
  const double low = potential(soft);
  const Outcome touch = soft.step(0, rng);
  EXPECT_TRUE(touch.terminated);
  EXPECT_NEAR(touch.reward, potential(soft) - low + 10, 1e-12);

  Lander hard = soft;
  hard.y = 0.005;
  hard.vy = -2;
  const Outcome crash = hard.step(0, rng);
  EXPECT_TRUE(crash.terminated);
  EXPECT_LT(crash.reward, -9);
}

TEST(RlLander, CanBeLandedByASimpleController) {
  Rng rng(6);
  int landed = 0;
  for (int episode = 0; episode < 50; ++episode) {
    Lander l;
    l.reset(rng);
    Outcome outcome;
    for (int t = 0; t < Lander::limit && !outcome.terminated; ++t) {
      const double wanted_tilt = std::clamp(0.5 * l.x + 0.8 * l.vx, -0.4, 0.4);
      const double turn = wanted_tilt - l.tilt - 0.6 * l.spin;
      const bool slow = l.vy > -0.1 - 0.35 * l.y;
      const int action = std::abs(turn) > 0.08 ? (turn > 0 ? 1 : 3) : (slow ? 0 : 2);
      outcome = l.step(action, rng);
    }
    landed += outcome.terminated && outcome.reward > 5 ? 1 : 0;
  }
  EXPECT_GE(landed, 40);
}

TEST(RlActors, DisguiseIsABijectionOfObservationsAndSharesOutActions) {
  Rng rng(7);
  const Disguise disguise = draw_disguise(7, 4, 3, rng);
  EXPECT_EQ(std::set<int>(disguise.order.begin(), disguise.order.end()).size(), 7U);
  EXPECT_EQ(disguise.action_of.size(), 12U);
  for (int a = 0; a < 4; ++a) EXPECT_EQ(std::ranges::count(disguise.action_of, a), 3);
}

TEST(RlActors, TimeLimitsTruncateAndDoNotTerminate) {
  Rng rng(8);
  const Disguise disguise = draw_disguise(6, 3, 1, rng);
  const auto actors = make_actors("acrobot", disguise, 2, Rng(9));
  const std::vector<int> idle(
      2, static_cast<int>(std::ranges::find(disguise.action_of, 1) - disguise.action_of.begin()));
  for (int t = 1; t < Acrobot::limit; ++t) {
    const Steps& steps = actors->step(idle);
    ASSERT_EQ(steps.truncated[0] + steps.terminated[0], 0) << t;
  }
  const Steps& last = actors->step(idle);
  EXPECT_EQ(last.truncated[0], 1);
  EXPECT_EQ(last.terminated[0], 0);
  EXPECT_NE(last.next.col(0), actors->observations().col(0));  // a new episode has begun
}

TEST(RlActors, RewardsAreScaledAndNoisy) {
  Rng rng(10);
  Disguise disguise = draw_disguise(4, 2, 1, rng);
  disguise.reward_scale = 10;
  disguise.reward_noise = 2;
  const auto actors = make_actors("cartpole", disguise, 50, Rng(11));
  const std::vector<int> actions(50, 0);
  double sum = 0;
  double squares = 0;
  for (int t = 0; t < 40; ++t) {
    for (const float r : actors->step(actions).reward) {
      sum += static_cast<double>(r);
      squares += static_cast<double>(r) * static_cast<double>(r);
    }
  }
  const double mean = sum / 2000;
  EXPECT_NEAR(mean, 10, 0.3);
  EXPECT_NEAR(std::sqrt(squares / 2000 - mean * mean), 2, 0.2);
}

TEST(RlEpisodes, EqualStreamsGiveEqualEpisodesAndEndedOnesAreLeftOut) {
  Rng rng(12);
  const Disguise disguise = draw_disguise(4, 2, 1, rng);
  const std::vector<Rng> streams{Rng(1), Rng(2), Rng(1)};
  const auto episodes = make_episodes("cartpole", disguise, streams);
  EXPECT_EQ(episodes->observations().col(0), episodes->observations().col(2));
  while (!episodes->running().empty()) episodes->step(std::vector<int>(episodes->running().size(), 1));
  EXPECT_EQ(episodes->returns()[0], episodes->returns()[2]);
  EXPECT_LE(episodes->returns()[1], 12);
}

TEST(RlActors, GridsArePlayedByTheirNames) {
  for (const std::string name : {"four-rooms", "key-door"}) {
    const EnvironmentSize size = environment_size(name);
    Rng rng(13);
    const auto actors = make_actors(name, draw_disguise(size.observations, size.actions, 1, rng), 8, Rng(14));
    EXPECT_EQ(actors->observation_size(), size.observations);
    double earned = 0;
    int goals = 0;
    for (int t = 0; t < 2000; ++t) {
      std::vector<int> actions(8);
      for (int& action : actions) action = static_cast<int>(rng.below(4));
      const Steps& steps = actors->step(actions);
      for (std::size_t i = 0; i < actions.size(); ++i) {
        earned += static_cast<double>(steps.reward[i]);
        goals += steps.terminated[i];
      }
    }
    EXPECT_GT(goals, 0) << name;
    EXPECT_EQ(earned, goals) << name;
  }
}

TEST(RlEpisodes, UnknownEnvironmentIsNamed) {
  EXPECT_THROW((void)environment_size("pong"), std::invalid_argument);
}

}  // namespace
}  // namespace mls::rl
