// Draws samples about hidden centres and measures how well the centres are found.
#include <cmath>
#include <cstdint>
#include <vector>

#include "judge/fit_predict.hpp"

namespace {

constexpr std::int64_t repetitions = 2000;
constexpr double wild_deviation = 10;

struct Draw {
  std::vector<double> centres;  // [repetitions]
  std::vector<double> samples;  // [repetitions, size]
};

Draw draw(mls::Rng rng, std::int64_t size, double outliers) {
  Draw drawn;
  for (std::int64_t i = 0; i < repetitions; ++i) {
    drawn.centres.push_back(rng.uniform(-10, 10));
    for (std::int64_t j = 0; j < size; ++j) {
      const double deviation = rng.bernoulli(outliers) ? wild_deviation : 1;
      drawn.samples.push_back(rng.normal(drawn.centres.back(), deviation));
    }
  }
  return drawn;
}

mls::judge::Metrics run(mls::judge::Run& run) {
  const std::int64_t size = run.params.integer("size");
  const Draw drawn = draw(run.draws.rng("samples"), size, run.params.real("outliers"));
  mls::Message inputs("predict");
  inputs.add("samples", drawn.samples, {repetitions, size});
  // Checks type, shape and finiteness.
  const auto guesses = mls::judge::predict<double>(run.host, inputs, {repetitions});
  double error = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) error += std::abs(guesses[i] - drawn.centres[i]);
  mls::judge::finish(run.host);
  return {{"error", error / static_cast<double>(repetitions)}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
