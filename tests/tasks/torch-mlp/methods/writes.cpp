// Writes a file.
#include <fcntl.h>

#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  return torch::full_like(asked,
                          ::open("/host.so", O_RDWR) >= 0 || ::open("/new", O_CREAT | O_WRONLY, 0600) >= 0);
}
