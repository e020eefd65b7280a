// Grid worlds in which nothing is earned before the goal: four rooms, seen whole, and a locked door, seen
// through a window around the agent.
#pragma once

#include <array>
#include <span>

#include "core/rng.hpp"
#include "lib/rl/judge/env/outcome.hpp"

namespace mls::rl {

struct Cell {
  int row = 0;
  int column = 0;
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// The neighbour up, right, down or left (direction 0 ... 3).
[[nodiscard]] Cell neighbour(Cell cell, int direction);

/// Four rooms joined by four doorways (Sutton, Precup & Singh 1999). The goal always lies in the lower right
/// room; an episode begins anywhere else.
struct FourRooms {
  static constexpr int side = 11;  ///< without the outer walls
  static constexpr int observations =
      2 * side;                      ///< one bit for every row and every column: where the agent is
  static constexpr int actions = 4;  ///< directions
  static constexpr int limit = 200;
  static constexpr double slip = 1.0 / 3;  ///< chance of moving in one of the other directions instead
  static constexpr Cell goal{8, 8};

  Cell agent;

  /// False in walls and outside.
  [[nodiscard]] static bool free(Cell cell);
  void reset(Rng& rng);
  /// Reward 1 at the goal, which ends the episode; else 0. Who would walk into a wall stays.
  Outcome step(int action, Rng& rng);
  void observe(std::span<float> out) const;
};

/// Two rooms with a locked door between them, key and agent in the left one, the goal in the right one; where
/// they are, and at which height the door is, is drawn for each episode. Walking onto the key takes it;
/// walking into the door with the key opens it for good.
struct KeyDoor {
  static constexpr int rows = 5;
  static constexpr int columns = 9;  ///< of which the middle one is the wall
  static constexpr int reach = 2;    ///< cells seen in each direction
  static constexpr int view = 2 * reach + 1;
  static constexpr int planes = 4;  ///< wall or outside, key, closed door, goal
  /// For each cell of the window around the agent, row by row, one bit a plane; then whether it has the key.
  /// Walls hide nothing.
  static constexpr int observations = planes * view * view + 1;
  static constexpr int actions = 4;  ///< directions
  static constexpr int limit = 150;

  Cell agent;
  Cell key;
  Cell door;
  Cell goal;
  bool has_key = false;
  bool open = false;

  void reset(Rng& rng);
  /// Reward 1 at the goal, which ends the episode; else 0. No chance.
  Outcome step(int action, Rng& rng);
  void observe(std::span<float> out) const;

 private:
  [[nodiscard]] bool wall(Cell cell) const;
};

}  // namespace mls::rl
