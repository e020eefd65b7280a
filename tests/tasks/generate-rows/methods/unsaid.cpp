// Leaves out the field that the model needs.
#include "surface.hpp"

std::vector<double> make(mls::host::GenerateRound& round, const mls::Message&) {
  const std::int32_t rows[] = {0};
  (void)round.ask(rows, std::vector<double>(static_cast<std::size_t>(round.width())));
  return {};
}
