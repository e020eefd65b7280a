#include "lib/rl/judge/env/grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace mls::rl {
namespace {

constexpr double gamma = 0.97;

/// Optimal values of the four rooms by value iteration on what is published about them.
class Optimum {
 public:
  Optimum() {
    for (int sweep = 0; sweep < 500; ++sweep) {
      for (int row = 0; row < FourRooms::side; ++row) {
        for (int column = 0; column < FourRooms::side; ++column) improve({row, column});
      }
    }
  }
  [[nodiscard]] double value(Cell cell) const {
    return values_[static_cast<std::size_t>(cell.row)][static_cast<std::size_t>(cell.column)];
  }
  [[nodiscard]] int best_action(Cell cell) const {
    int best = 0;
    for (int a = 1; a < 4; ++a) {
      if (value_of(cell, a) > value_of(cell, best)) best = a;
    }
    return best;
  }

 private:
  void improve(Cell cell) {
    if (!FourRooms::free(cell) || cell == FourRooms::goal) return;
    values_[static_cast<std::size_t>(cell.row)][static_cast<std::size_t>(cell.column)] =
        value_of(cell, best_action(cell));
  }
  [[nodiscard]] double value_of(Cell cell, int action) const {
    double sum = 0;
    for (int direction = 0; direction < 4; ++direction) {
      const Cell next = neighbour(cell, direction);
      const Cell there = FourRooms::free(next) ? next : cell;
      sum +=
          (direction == action ? 2.0 / 3 : 1.0 / 9) * (there == FourRooms::goal ? 1 : gamma * value(there));
    }
    return sum;
  }
  std::array<std::array<double, FourRooms::side>, FourRooms::side> values_{};
};

struct Estimate {
  double mean = 0;
  double error = 0;
};

/// Discounted return from `start`, played without a time limit worth mentioning.
template <typename Policy>
Estimate played(Cell start, int episodes, const Policy& policy) {
  Rng rng(5);
  double sum = 0;
  double squares = 0;
  for (int episode = 0; episode < episodes; ++episode) {
    FourRooms rooms{.agent = start};
    double discount = 1;
    for (int t = 0; t < 2000; ++t, discount *= gamma) {
      if (rooms.step(policy(rooms.agent, rng), rng).terminated) {
        sum += discount;
        squares += discount * discount;
        break;
      }
    }
  }
  const double mean = sum / episodes;
  return {mean, std::sqrt((squares / episodes - mean * mean) / episodes)};
}

TEST(RlFourRooms, BestPlayEarnsWhatValueIterationSays) {
  const Optimum optimum;
  for (const Cell start : {Cell{0, 0}, Cell{0, 10}, Cell{10, 0}, Cell{8, 7}}) {
    const Estimate best = played(start, 4000, [&](Cell cell, Rng&) { return optimum.best_action(cell); });
    EXPECT_NEAR(best.mean, optimum.value(start), 4 * best.error) << start.row << ", " << start.column;
    const Estimate chance = played(start, 500, [](Cell, Rng& rng) { return static_cast<int>(rng.below(4)); });
    EXPECT_LT(chance.mean, 0.7 * optimum.value(start));
  }
}

TEST(RlFourRooms, FourRoomsAreJoinedByFourDoorways) {
  const auto reached = [](const std::set<std::pair<int, int>>& closed) {
    std::set<std::pair<int, int>> seen{{0, 0}};
    std::deque<Cell> waiting{{0, 0}};
    while (!waiting.empty()) {
      for (int direction = 0; direction < 4; ++direction) {
        const Cell next = neighbour(waiting.front(), direction);
        if (FourRooms::free(next) && !closed.contains({next.row, next.column}) &&
            seen.insert({next.row, next.column}).second)
          waiting.push_back(next);
      }
      waiting.pop_front();
    }
    return seen.size();
  };
  EXPECT_EQ(reached({}), 104U);
  EXPECT_EQ(reached({{2, 5}, {5, 1}, {6, 8}, {9, 5}}), 25U);
  EXPECT_EQ(reached({{2, 5}, {5, 1}}), 25U);
}

TEST(RlFourRooms, BeginsAnywhereButAtTheGoalAndShowsWhere) {
  Rng rng(1);
  std::set<std::pair<int, int>> starts;
  for (int i = 0; i < 5000; ++i) {
    FourRooms rooms;
    rooms.reset(rng);
    EXPECT_TRUE(FourRooms::free(rooms.agent));
    starts.insert({rooms.agent.row, rooms.agent.column});
    std::array<float, FourRooms::observations> seen{};
    rooms.observe(seen);
    EXPECT_EQ(std::ranges::count(seen, 1.0F), 2);
    EXPECT_EQ(seen[static_cast<std::size_t>(rooms.agent.row)], 1);
  }
  EXPECT_EQ(starts.size(), 103U);
  EXPECT_FALSE(starts.contains({FourRooms::goal.row, FourRooms::goal.column}));
}

using State = std::tuple<int, int, bool, bool>;
State state_of(const KeyDoor& room) { return {room.agent.row, room.agent.column, room.has_key, room.open}; }

/// Optimal values of one layout by value iteration over all states that play can reach: the environment,
/// being without chance, is its own model.
class KeyDoorOptimum {
 public:
  explicit KeyDoorOptimum(const KeyDoor& start) : rooms_{{state_of(start), start}} {
    std::deque<KeyDoor> waiting{start};
    while (!waiting.empty()) {
      const KeyDoor room = waiting.front();
      waiting.pop_front();
      for (int action = 0; action < KeyDoor::actions; ++action) {
        KeyDoor next = room;
        if (!next.step(action, chance_).terminated && rooms_.emplace(state_of(next), next).second)
          waiting.push_back(next);
      }
    }
    for (int sweep = 0; sweep < 60; ++sweep) {
      for (const auto& [state, room] : rooms_) values_[state] = value_of(room, best_action(room));
    }
  }
  [[nodiscard]] int best_action(const KeyDoor& room) {
    int best = 0;
    for (int a = 1; a < KeyDoor::actions; ++a) {
      if (value_of(room, a) > value_of(room, best)) best = a;
    }
    return best;
  }
  [[nodiscard]] double value(const KeyDoor& room) { return values_[state_of(room)]; }
  [[nodiscard]] std::size_t states() const { return rooms_.size(); }

 private:
  double value_of(KeyDoor room, int action) {
    const Outcome outcome = room.step(action, chance_);
    return outcome.terminated ? outcome.reward : gamma * values_[state_of(room)];
  }
  Rng chance_{0};
  std::map<State, KeyDoor> rooms_;
  std::map<State, double> values_;
};

int distance(Cell a, Cell b) { return std::abs(a.row - b.row) + std::abs(a.column - b.column); }

TEST(RlKeyDoor, BestPlayFetchesTheKeyThenGoesThroughTheDoor) {
  Rng rng(2);
  for (int layout = 0; layout < 40; ++layout) {
    KeyDoor room;
    room.reset(rng);
    // Rooms are convex, so that distances are those of the grid.
    const int steps =
        distance(room.agent, room.key) + distance(room.key, room.door) + distance(room.door, room.goal);
    KeyDoorOptimum optimum(room);
    EXPECT_NEAR(optimum.value(room), std::pow(gamma, steps - 1), 1e-12) << layout;
    ASSERT_LT(steps, KeyDoor::limit / 2);
    Outcome outcome;
    for (int t = 0; t < steps; ++t) {
      ASSERT_FALSE(outcome.terminated);
      outcome = room.step(optimum.best_action(room), rng);
    }
    EXPECT_TRUE(outcome.terminated);
    EXPECT_EQ(outcome.reward, 1);
  }
}

TEST(RlKeyDoor, TheDoorStaysClosedWithoutTheKey) {
  Rng rng(3);
  KeyDoor room;
  room.reset(rng);
  room.agent = {room.door.row, room.door.column - 1};
  room.key = {(room.door.row + 1) % KeyDoor::rows, 0};
  EXPECT_FALSE(room.step(1, rng).terminated);
  EXPECT_EQ(room.agent.column, room.door.column - 1);
  EXPECT_FALSE(room.open);
  room.has_key = true;
  room.step(1, rng);
  EXPECT_EQ(room.agent, room.door);
  EXPECT_TRUE(room.open);
}

TEST(RlKeyDoor, SeesItsSurroundingsOnly) {
  KeyDoor room{.agent = {0, 0}, .key = {1, 2}, .door = {0, 4}, .goal = {0, 5}};
  const auto bit = [&](int row, int column, int plane) {
    std::array<float, KeyDoor::observations> seen{};
    room.observe(seen);
    const int cell = (row + KeyDoor::reach) * KeyDoor::view + column + KeyDoor::reach;
    const int place = cell * KeyDoor::planes + plane;
    return seen[static_cast<std::size_t>(place)] == 1;
  };
  EXPECT_TRUE(bit(-1, 0, 0));
  EXPECT_TRUE(bit(0, -2, 0));
  EXPECT_FALSE(bit(0, 1, 0));
  EXPECT_TRUE(bit(1, 2, 1));
  std::array<float, KeyDoor::observations> corner{};
  room.observe(corner);
  room.goal = {3, 8};
  std::array<float, KeyDoor::observations> same{};
  room.observe(same);
  EXPECT_EQ(corner, same);  // the goal is out of sight

  room.agent = {0, 3};
  room.goal = {0, 5};
  EXPECT_TRUE(bit(0, 1, 2));
  EXPECT_TRUE(bit(0, 2, 3));
  EXPECT_TRUE(bit(1, 1, 0));  // the wall below the door
  room.has_key = true;
  room.open = true;
  EXPECT_FALSE(bit(0, 1, 2));
  EXPECT_FALSE(bit(1, -1, 1));
}

}  // namespace
}  // namespace mls::rl
