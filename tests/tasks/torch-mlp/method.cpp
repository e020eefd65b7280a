// Two layers, trained by gradient descent with momentum.
#include "surface.hpp"

torch::Tensor fit_and_predict(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& asked) {
  torch::manual_seed(1);
  const std::int64_t width = 32;
  std::vector<torch::Tensor> parameters = {torch::randn({1, width}), torch::randn({width}),
                                           torch::randn({width, 1}) / std::sqrt(32.0), torch::zeros({1})};
  std::vector<torch::Tensor> momenta;
  for (torch::Tensor& parameter : parameters) {
    parameter.requires_grad_(true);
    momenta.push_back(torch::zeros_like(parameter));
  }
  const auto predict = [&](const torch::Tensor& input) {
    const torch::Tensor hidden = torch::tanh(torch::matmul(input, parameters[0]) + parameters[1]);
    return torch::matmul(hidden, parameters[2]) + parameters[3];
  };
  for (int step = 0; step < 300; ++step) {
    const auto gradients = torch::autograd::grad({torch::mse_loss(predict(x), y)}, parameters);
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      momenta[i].mul_(0.9).add_(gradients[i]);
      parameters[i].sub_(0.02 * momenta[i]);
    }
  }
  return predict(asked);
}
