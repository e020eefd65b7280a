// task: cv-diffusion-efficiency
// route: budget
// tries: to hide rows that have had their calls before, behind and between rows that have some left
// expect: harmless

#include <utility>

#include "shared/sampling.hpp"

namespace {

/// `spent` at one of three places among `cover`; `at` says where each of them came to stand.
std::vector<std::int32_t> hidden(const std::vector<std::int32_t>& spent,
                                 const std::vector<std::int32_t>& cover, int place,
                                 std::vector<std::size_t>& at) {
  std::vector<std::int32_t> rows;
  at.clear();
  for (std::size_t i = 0; i < spent.size(); ++i) {
    if (place == 2) rows.push_back(cover[i]);
    at.push_back(place == 1 ? cover.size() + i : rows.size());
    rows.push_back(spent[i]);
  }
  if (place != 2) rows.insert(place == 0 ? rows.end() : rows.begin(), cover.begin(), cover.end());
  return rows;
}

}  // namespace

void attack::sample(Round& round) {
  const std::vector<std::int32_t> spent = every_second(round, 0);
  const std::vector<std::int32_t> cover = every_second(round, 1);
  const auto width = static_cast<std::size_t>(round.width);
  const auto grid = mls::diffusion::karras_grid(round.sigma_max, round.sigma_min, 2 * round.calls);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    std::vector<double> denoised;
    if (std::cmp_less(i, round.calls)) denoised = round.ask(spent, spent, grid[i]);
    std::vector<std::size_t> at;
    for (int place = 0; place < 3 && denoised.empty(); ++place) {
      const std::vector<std::int32_t> rows = hidden(spent, cover, place, at);
      const auto answer = round.ask(rows, rows, grid[i]);
      for (std::size_t k = 0; k < at.size() && !answer.empty(); ++k) {
        const auto* const mine = answer.data() + at[k] * width;
        denoised.insert(denoised.end(), mine, mine + width);
      }
    }
    if (denoised.empty()) break;
    round.step(spent, denoised, grid[i], i + 1 < grid.size() ? grid[i + 1] : 0);
  }
  copy_to_neighbours(round);
}
