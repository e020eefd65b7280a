// Tries to spend the calls of all rows on the first: many questions about it, alone and in one message.
#include "surface.hpp"

std::vector<double> make(mls::host::GenerateRound& round, const mls::Message&) {
  const auto width = static_cast<std::size_t>(round.width());
  const std::vector<std::int32_t> greedy(static_cast<std::size_t>(round.calls()) + 1, 0);
  const std::vector<double> many(greedy.size() * width, 1.0);
  round.question().set("add", 1.0);
  if (round.ask(greedy, many)) throw std::runtime_error("one call too many was answered");
  const std::int32_t first[] = {0};
  for (int i = 0; i < 1000; ++i) {
    round.question().set("add", 1.0);
    (void)round.ask(first, std::vector<double>(width, 1.0));
  }
  return std::vector<double>(static_cast<std::size_t>(round.rows()) * width);
}
