#include "judge/probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace mls::judge {
namespace {

using Floats = std::vector<float>;

std::size_t rows_of(const Shape& shape) { return static_cast<std::size_t>(shape.at(0)); }

Shape with_rows(Shape shape, std::size_t rows) {
  shape.at(0) = static_cast<std::int64_t>(rows);
  return shape;
}

double largest(const Floats& values) {
  double largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

class Comparison {
 public:
  Comparison(const Recording& recording, const ProbeOptions& options, const char* dependence)
      : recording_(recording),
        bound_(options.tolerance * (1 + largest(recording.y))),
        dependence_(dependence) {}

  /// `answer` at `i` against the recorded output at `j`.
  void expect_equal(const Floats& answer, std::size_t i, std::size_t j) const {
    const double difference = std::abs(static_cast<double>(answer[i]) - static_cast<double>(recording_.y[j]));
    if (difference <= bound_) return;
    throw invalid_output(fmt::format(
        "layer {}: {}: an output that was {:.6g} in {} is {:.6g} when that alone changes (tolerance {:.2g})",
        recording_.layer, dependence_, recording_.y[j], recording_.training ? "training" : "evaluation",
        answer[i], bound_));
  }

 private:
  const Recording& recording_;
  double bound_;
  const char* dependence_;
};

/// A value like those of the recorded input.
float like(const Recording& recording, Rng& rng) {
  const float drawn = recording.x[static_cast<std::size_t>(rng.below(recording.x.size()))];
  return drawn * static_cast<float>(rng.uniform(0.5, 2));
}

}  // namespace

void probe_repeat(const Recording& recording, const AskAgain& ask, const ProbeOptions& options) {
  const Comparison comparison(recording, options,
                              "the output depends on more than input, parameters and buffers");
  const Floats answer = ask({recording.x, recording.input}, recording.output);
  for (std::size_t i = 0; i < answer.size(); ++i) comparison.expect_equal(answer, i, i);
}

void probe_rows(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options) {
  const Comparison comparison(recording, options, "the output for a row depends on other rows of the call");
  const std::size_t rows = rows_of(recording.input);
  const std::size_t width_x = recording.x.size() / rows;
  const std::size_t width_y = recording.y.size() / rows;
  const std::vector<int> order = rng.permutation(static_cast<int>(rows));
  const std::size_t asked = std::max<std::size_t>(1, rows / 2);
  const std::size_t cut = static_cast<std::size_t>(rng.below(asked)) + 1;
  for (const auto& [from, to] : {std::pair(std::size_t{0}, cut), std::pair(cut, asked)}) {
    if (from == to) continue;
    Floats x;
    std::vector<std::ptrdiff_t> row_of;  // of the recording; -1: a row of random values
    for (std::size_t k = from; k < to; ++k) {
      if (rng.below(4) == 0) {
        for (std::size_t i = 0; i < width_x; ++i) x.push_back(like(recording, rng));
        row_of.push_back(-1);
      }
      const auto row = static_cast<std::size_t>(order[k]);
      x.insert(x.end(), recording.x.begin() + static_cast<std::ptrdiff_t>(row * width_x),
               recording.x.begin() + static_cast<std::ptrdiff_t>((row + 1) * width_x));
      row_of.push_back(static_cast<std::ptrdiff_t>(row));
    }
    const Floats answer =
        ask({x, with_rows(recording.input, row_of.size())}, with_rows(recording.output, row_of.size()));
    for (std::size_t k = 0; k < row_of.size(); ++k) {
      if (row_of[k] < 0) continue;
      for (std::size_t i = 0; i < width_y; ++i)
        comparison.expect_equal(answer, k * width_y + i, static_cast<std::size_t>(row_of[k]) * width_y + i);
    }
  }
}

void probe_channels(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options) {
  const Comparison comparison(recording, options, "the output of a channel depends on other channels");
  const std::size_t rows = rows_of(recording.input);
  const std::size_t channels = recording.x.size() / rows;
  const std::size_t kept = static_cast<std::size_t>(rng.below(channels));
  Floats x(recording.x.size());
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t channel = 0; channel < channels; ++channel)
      x[row * channels + channel] =
          channel == kept ? recording.x[row * channels + channel] : like(recording, rng);
  const Floats answer = ask({x, recording.input}, recording.output);
  for (std::size_t row = 0; row < rows; ++row)
    comparison.expect_equal(answer, row * channels + kept, row * channels + kept);
}

void probe_positions(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options) {
  const Comparison comparison(recording, options, "the output depends on where values lie");
  const auto channels = static_cast<std::size_t>(recording.input.at(1));
  const std::size_t positions = recording.x.size() / rows_of(recording.input) / channels;
  const std::vector<int> order = rng.permutation(static_cast<int>(positions));
  const auto source = [&](std::size_t i) {
    return i - i % positions + static_cast<std::size_t>(order[i % positions]);
  };
  Floats x(recording.x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = recording.x[source(i)];
  const Floats answer = ask({x, recording.input}, recording.output);
  for (std::size_t i = 0; i < answer.size(); ++i) comparison.expect_equal(answer, i, source(i));
}

void probe_future(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options) {
  const Comparison comparison(recording, options, "the output at a position depends on later ones");
  const std::size_t rows = rows_of(recording.input);
  const auto positions = static_cast<std::size_t>(recording.input.at(1));
  if (positions < 2) return;
  const std::size_t width_x = recording.x.size() / rows / positions;
  const std::size_t width_y = recording.y.size() / rows / positions;
  const std::size_t kept = 1 + static_cast<std::size_t>(rng.below(positions - 1));
  Floats x = recording.x;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = kept * width_x; i < positions * width_x; ++i)
      x[row * positions * width_x + i] = like(recording, rng);
  const Floats answer = ask({x, recording.input}, recording.output);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < kept * width_y; ++i)
      comparison.expect_equal(answer, row * positions * width_y + i, row * positions * width_y + i);
}

void probe_recordings(Run& run, Components& components, const Probes& probes, Rng rng,
                      const ProbeOptions& options) {
  components.continue_in_fresh_host(run);
  for (const Recording& recording : components.recordings()) {
    const AskAgain ask = [&](const Block& x, const Shape& output) {
      return components.ask_as_recorded(recording, x, output);
    };
    if (probes.rows) probe_rows(recording, ask, rng, options);
    if (probes.channels) probe_channels(recording, ask, rng, options);
    if (probes.positions) probe_positions(recording, ask, rng, options);
    if (probes.future) probe_future(recording, ask, rng, options);
    // Last: a host that answers from memory what it was asked before has been asked in parts.
    if (probes.repeat) probe_repeat(recording, ask, options);
  }
}

}  // namespace mls::judge
