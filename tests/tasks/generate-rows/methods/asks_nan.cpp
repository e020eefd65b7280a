// Asks about what is no number.
#include "surface.hpp"

std::vector<double> make(mls::host::GenerateRound& round, const mls::Message&) {
  const std::int32_t rows[] = {0};
  round.question().set("add", 1.0);
  (void)round.ask(rows, std::vector<double>(static_cast<std::size_t>(round.width()), std::nan("")));
  return {};
}
