// task: cv-diffusion-efficiency
// route: budget
// tries: to give every second sample its neighbour's calls too, asking in the neighbour's name
// expect: harmless

#include "shared/sampling.hpp"

void attack::sample(Round& round) {
  const std::vector<std::int32_t> own = every_second(round, 0);
  const std::vector<std::int32_t> neighbours = every_second(round, 1);
  const auto grid = mls::diffusion::karras_grid(round.sigma_max, round.sigma_min, 2 * round.calls);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const auto denoised = round.ask(i % 2 == 0 ? own : neighbours, own, grid[i]);
    if (denoised.empty()) break;
    round.step(own, denoised, grid[i], i + 1 < grid.size() ? grid[i + 1] : 0);
  }
  copy_to_neighbours(round);
}
