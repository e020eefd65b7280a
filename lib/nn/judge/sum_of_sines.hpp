// A smooth target for regression: y = sum over k of a_k sin(w_k . x + b_k) / 2, x uniform in [-2, 2]^inputs.
#pragma once

#include <cstddef>
#include <vector>

#include "core/rng.hpp"

namespace mls::nn {

struct RegressionRows {
  std::vector<float> x;  ///< row by row
  std::vector<float> y;  ///< one a row
};

class SumOfSines {
 public:
  /// w and a standard normal, b uniform in [0, 2 pi).
  SumOfSines(int inputs, int terms, Rng& rng);
  [[nodiscard]] RegressionRows draw(int rows, Rng& rng) const;

 private:
  struct Term {
    std::vector<double> frequency;
    double phase = 0;
    double amplitude = 0;
  };
  int inputs_;
  std::vector<Term> terms_;
};

}  // namespace mls::nn
