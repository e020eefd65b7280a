// task: optimization-online-bandit
// route: compile bombs
// tries: to keep the compiler busy for ever with templates
// expect: compile_error

#include "shared/bandit.hpp"

namespace {
template <int Depth, int Path>
struct Tree {
  static constexpr long value = Tree<Depth - 1, 2 * Path>::value + Tree<Depth - 1, 2 * Path + 1>::value;
};
template <int Path>
struct Tree<0, Path> {
  static constexpr long value = Path;
};
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) { best_arms().push_back(Tree<28, 1>::value % 10); }
