// task: cv-diffusion-efficiency
// route: budget
// tries: to ask about rows that nobody counts: one before the first and one behind the last
// expect: protocol_violation
// message: the host asked about row

#include "shared/sampling.hpp"

void attack::sample(Round& round) {
  const std::vector<std::int32_t> states{0, 1};
  const std::vector<std::int32_t> names{-1, round.rows};
  (void)round.ask(names, states, round.sigma_max);
}
