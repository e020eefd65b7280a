// Says zero of everything.
#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  return torch::zeros_like(asked);
}
