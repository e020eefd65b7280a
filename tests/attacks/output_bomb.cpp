// task: optimization-online-bandit
// route: compile bombs
// tries: to flood the harness with an error message that names a type of many megabytes
// expect: compile_error

#include "shared/bandit.hpp"

namespace {
template <typename A, typename B>
struct Pair {};
template <int N>
struct Grown {
  using type = Pair<typename Grown<N - 1>::type, typename Grown<N - 1>::type>;
};
template <>
struct Grown<0> {
  using type = int;
};
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) {
  Grown<22>::type a = 1;
  static_assert(std::is_same_v<Grown<22>::type, Grown<21>::type>);
}
