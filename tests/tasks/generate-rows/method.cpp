// Asks about all rows until the calls are spent, once more in vain, and hands in the last answer; in front of
// it how many rounds this process has seen.
#include <numeric>

#include "surface.hpp"

std::vector<double> make(mls::host::GenerateRound& round, const mls::Message& begin) {
  static int rounds = 0;
  const auto start = begin.values<double>("start");
  std::vector<double> x(start.begin(), start.end());
  std::vector<std::int32_t> rows(static_cast<std::size_t>(round.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  while (true) {
    round.question().set("add", 1.0);
    const auto y = round.ask(rows, x);
    if (!y) break;
    x.assign(y->begin(), y->end());
  }
  x[0] = ++rounds;
  return x;
}
