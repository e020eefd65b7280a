// task: optimization-online-bandit
// route: compile bombs
// tries: to take the compiler's memory with ever longer types
// expect: compile_error

#include "shared/bandit.hpp"

namespace {
template <typename... Ts>
struct List {};
template <typename L>
struct Twice;
template <typename... Ts>
struct Twice<List<Ts...>> {
  using type = List<List<Ts...>, Ts..., Ts...>;
};
template <int N>
struct Grown {
  using type = typename Twice<typename Grown<N - 1>::type>::type;
};
template <>
struct Grown<0> {
  using type = List<int, long>;
};
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) { (void)sizeof(Grown<60>::type); }
