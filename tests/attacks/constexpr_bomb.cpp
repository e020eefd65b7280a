// task: optimization-online-bandit
// route: compile bombs
// tries: to compute for ever at compile time, each call below the compiler's own limit
// expect: compile_error

#include "shared/bandit.hpp"

namespace {
template <std::size_t N>
constexpr long spin() {
  long sum = N;
  for (long i = 0; i < 200'000; ++i) sum = sum * 31 + i;
  return sum & 7;
}
template <std::size_t... Is>
constexpr std::array<long, sizeof...(Is)> all(std::index_sequence<Is...>) {
  return {std::integral_constant<long, spin<Is>()>::value...};
}
}  // namespace

void attack::begin(const mls::Info&, mls::Rng&) {
  for (const long value : all(std::make_index_sequence<4000>()))
    best_arms().push_back(static_cast<int>(value));
}
