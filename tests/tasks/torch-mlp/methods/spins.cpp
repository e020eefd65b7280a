// Never ends.
#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  torch::Tensor x = asked.clone();
  while (true) x = torch::sin(x);
}
