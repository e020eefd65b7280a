// Starts a program before anybody calls it.
#include <unistd.h>

#include "surface.hpp"

__attribute__((constructor)) static void early() {
  if (::fork() == 0) ::_exit(0);
}

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  return asked;
}
