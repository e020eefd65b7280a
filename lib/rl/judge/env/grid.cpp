#include "lib/rl/judge/env/grid.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace mls::rl {
namespace {

constexpr std::array<std::string_view, FourRooms::side> four_rooms{".....#.....",  //
                                                                   ".....#.....",  //
                                                                   "...........",  //
                                                                   ".....#.....",  //
                                                                   ".....#.....",  //
                                                                   "#.####.....",  //
                                                                   ".....###.##",  //
                                                                   ".....#.....",  //
                                                                   ".....#.....",  //
                                                                   "...........",  //
                                                                   ".....#....."};

constexpr int wall_column = KeyDoor::columns / 2;

bool within(Cell cell, int rows, int columns) {
  return cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns;
}

int drawn(int count, Rng& rng) { return static_cast<int>(rng.below(static_cast<std::uint64_t>(count))); }

}  // namespace

Cell neighbour(Cell cell, int direction) {
  constexpr std::array<Cell, 4> moves{{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}};
  const Cell move = moves.at(static_cast<std::size_t>(direction));
  return {cell.row + move.row, cell.column + move.column};
}

bool FourRooms::free(Cell cell) {
  return within(cell, side, side) &&
         four_rooms[static_cast<std::size_t>(cell.row)][static_cast<std::size_t>(cell.column)] == '.';
}

void FourRooms::reset(Rng& rng) {
  do agent = {drawn(side, rng), drawn(side, rng)};
  while (!free(agent) || agent == goal);
}

Outcome FourRooms::step(int action, Rng& rng) {
  const bool slips = rng.bernoulli(slip);
  const int direction = slips ? (action + 1 + drawn(actions - 1, rng)) % actions : action;
  const Cell next = neighbour(agent, direction);
  if (free(next)) agent = next;
  const bool there = agent == goal;
  return {.reward = there ? 1.0 : 0.0, .terminated = there};
}

void FourRooms::observe(std::span<float> out) const {
  std::ranges::fill(out, 0.0F);
  const auto row = static_cast<std::size_t>(agent.row);
  const auto column = static_cast<std::size_t>(agent.column);
  out[row] = 1;
  out[side + column] = 1;
}

bool KeyDoor::wall(Cell cell) const {
  return !within(cell, rows, columns) || (cell.column == wall_column && cell != door);
}

void KeyDoor::reset(Rng& rng) {
  const auto anywhere = [&](int from_column) -> Cell {
    const int row = drawn(rows, rng);
    return {row, from_column + drawn(wall_column, rng)};
  };
  agent = anywhere(0);
  do key = anywhere(0);
  while (key == agent);
  door = {drawn(rows, rng), wall_column};
  goal = anywhere(wall_column + 1);
  has_key = false;
  open = false;
}

Outcome KeyDoor::step(int action, Rng&) {
  const Cell next = neighbour(agent, action);
  open = open || (next == door && has_key);
  if (!wall(next) && (next != door || open)) agent = next;
  has_key = has_key || agent == key;
  const bool there = agent == goal;
  return {.reward = there ? 1.0 : 0.0, .terminated = there};
}

void KeyDoor::observe(std::span<float> out) const {
  std::size_t at = 0;
  for (int r = -reach; r <= reach; ++r) {
    for (int c = -reach; c <= reach; ++c) {
      const Cell cell{agent.row + r, agent.column + c};
      out[at++] = wall(cell) ? 1 : 0;
      out[at++] = cell == key && !has_key ? 1 : 0;
      out[at++] = cell == door && !open ? 1 : 0;
      out[at++] = cell == goal ? 1 : 0;
    }
  }
  out[at] = has_key ? 1 : 0;
}

}  // namespace mls::rl
