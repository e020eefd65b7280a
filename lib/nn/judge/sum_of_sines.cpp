#include "lib/nn/judge/sum_of_sines.hpp"

#include <cmath>
#include <numbers>

namespace mls::nn {

SumOfSines::SumOfSines(int inputs, int terms, Rng& rng)
    : inputs_(inputs), terms_(static_cast<std::size_t>(terms)) {
  for (Term& term : terms_) {
    term.frequency.resize(static_cast<std::size_t>(inputs));
    for (double& w : term.frequency) w = rng.normal();
    term.phase = rng.uniform(0, 2 * std::numbers::pi);
    term.amplitude = rng.normal();
  }
}

RegressionRows SumOfSines::draw(int rows, Rng& rng) const {
  RegressionRows out;
  std::vector<double> x(static_cast<std::size_t>(inputs_));
  for (int i = 0; i < rows; ++i) {
    for (double& value : x) {
      value = rng.uniform(-2, 2);
      out.x.push_back(static_cast<float>(value));
    }
    double y = 0;
    for (const Term& term : terms_) {
      double angle = term.phase;
      for (std::size_t j = 0; j < x.size(); ++j) angle += term.frequency[j] * x[j];
      y += term.amplitude * std::sin(angle) / 2;
    }
    out.y.push_back(static_cast<float>(y));
  }
  return out;
}

}  // namespace mls::nn
