// The diffusion task without its scaffold: questions and samples as messages.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "shared/wire.hpp"

namespace attack {

/// What the judge says of a round, and how to speak of its rows.
struct Round {
  mls::Channel& judge;
  std::int32_t rows;
  std::int64_t width;
  int calls;
  double sigma_max, sigma_min;
  std::vector<double> x;  // [rows, width]: the start, then whatever an attack makes of it

  Round(mls::Channel& channel, const mls::Message& begin)
      : judge(channel),
        rows(static_cast<std::int32_t>(begin.integer("rows"))),
        width(begin.integer("width")),
        calls(static_cast<int>(begin.integer("calls"))),
        sigma_max(begin.real("sigma_max")),
        sigma_min(begin.real("sigma_min")) {
    const auto start = begin.values<double>("start");
    x.assign(start.begin(), start.end());
  }

  [[nodiscard]] std::span<double> row(std::int32_t r) {
    return std::span(x).subspan(static_cast<std::size_t>(r * width), static_cast<std::size_t>(width));
  }

  /// Denoised states of `states`, asked for under the names `names`; empty when the judge refuses.
  std::vector<double> ask(std::span<const std::int32_t> names, std::span<const std::int32_t> states,
                          double sigma) {
    std::vector<double> asked;
    for (const std::int32_t state : states) asked.insert(asked.end(), row(state).begin(), row(state).end());
    mls::Message question("ask");
    question.add("rows", names).add("x", asked, {static_cast<std::int64_t>(states.size()), width});
    judge.send(question.set("sigma", sigma));
    const mls::Message& reply = judge.receive();
    if (reply.kind() != "answer") return {};
    const auto y = reply.values<double>("y");
    return {y.begin(), y.end()};
  }

  /// DDIM's step of these states from one noise level to the next, given their denoised images.
  void step(std::span<const std::int32_t> states, std::span<const double> denoised, double from, double to) {
    std::size_t at = 0;
    for (const std::int32_t state : states) {
      for (double& value : row(state)) {
        const double image = denoised[at++];
        value = image + to / from * (value - image);
      }
    }
  }

  void hand_in() {
    mls::Message samples("samples");
    samples.add("samples", x, {rows, width});
    judge.send(samples);
    (void)judge.receive();
  }
};

/// Rows first, first + 2, ...
inline std::vector<std::int32_t> every_second(const Round& round, std::int32_t first) {
  std::vector<std::int32_t> rows;
  for (std::int32_t r = first; r < round.rows; r += 2) rows.push_back(r);
  return rows;
}

/// Makes each odd row its even neighbour's likeness.
inline void copy_to_neighbours(Round& round) {
  for (std::int32_t r = 0; r + 1 < round.rows; r += 2)
    std::copy(round.row(r).begin(), round.row(r).end(), round.row(r + 1).begin());
}

void sample(Round& round);

void converse(mls::Channel& judge) {
  while (true) {
    const mls::Message& message = judge.receive();
    if (message.kind() == "finish") break;
    Round round(judge, message);
    sample(round);
    round.hand_in();
  }
  judge.send(mls::Message("finished"));
}

}  // namespace attack
