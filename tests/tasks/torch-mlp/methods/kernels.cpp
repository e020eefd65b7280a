// Uses what oneDNN would compile kernels for.
#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor&, const torch::Tensor&, const torch::Tensor& asked) {
  const torch::Tensor weight = torch::ones({8, 4, 3, 3}).set_requires_grad(true);
  const torch::Tensor image = torch::ones({2, 4, 16, 16});
  const torch::Tensor y = torch::gelu(torch::conv2d(image, weight, {}, 1, 1));
  const torch::Tensor pooled = torch::max_pool2d(torch::log_softmax(torch::sigmoid(y), 1), 2);
  torch::matmul(pooled.flatten(1), torch::ones({8 * 64, 3})).sum().backward();
  return torch::zeros_like(asked) * weight.grad().abs().sum();
}
