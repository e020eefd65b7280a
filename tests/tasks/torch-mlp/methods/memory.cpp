// Needs more memory than there is.
#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  return asked + torch::zeros({std::int64_t{1} << 28}).sum();
}
