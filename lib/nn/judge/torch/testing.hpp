// For tests of networks: drawn inputs, a tiny problem, a check of gradients.
#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls::nn::testing {

/// Standard normal.
inline torch::Tensor drawn(const std::vector<std::int64_t>& shape, std::uint64_t seed) {
  Rng rng(seed);
  torch::Tensor tensor = torch::empty(shape);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(rng.normal());
  return tensor;
}

struct Lines {
  torch::Tensor images;
  torch::Tensor labels;
};

/// Noise with one bright line in every image [1, side, side]: lying (class 0) or upright (class 1), anywhere.
inline Lines draw_lines(std::int64_t count, std::int64_t side, std::uint64_t seed) {
  Lines lines{drawn({count, 1, side, side}, seed) * 0.3, torch::empty({count}, torch::kLong)};
  Rng rng(seed + 1);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto upright = static_cast<std::int64_t>(rng.below(2));
    const auto at = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(side)));
    lines.labels[i] = upright;
    lines.images[i][0].select(upright, at) += 1.5;
  }
  return lines;
}

/// Per cent correct on fresh lines, after `steps` batches of 32 and Adam. A guess has 50.
inline double accuracy_on_lines(Network& network, std::int64_t side, std::int64_t steps) {
  Adam adam(network.parameters(), {});
  const auto loss = [&](std::int64_t step) {
    const Lines lines = draw_lines(32, side, 100 + 2 * static_cast<std::uint64_t>(step));
    return torch::nll_loss(torch::log_softmax(network.forward(lines.images, true), 1), lines.labels);
  };
  (void)train({.loss = loss,
               .parameters = network.parameters(),
               .optimizer = &adam,
               .after_backward = {},
               .after_step = {}},
              {.shape = {.steps = steps}, .rate = 5e-3, .clip = 1});
  const Lines fresh = draw_lines(256, side, 7);
  const torch::NoGradGuard no_graph;
  return scores_of(network.forward(fresh.images, false), fresh.labels).accuracy;
}

inline void move(std::span<const Parameter> parameters, std::span<const torch::Tensor> direction, double by) {
  const torch::NoGradGuard no_graph;
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].value.add_(direction[i], by);
}

/// The slope of a smooth loss along a random direction of all parameters, by automatic differentiation,
/// against that of central differences: |difference| / |slope|.
inline double gradient_error(const std::vector<Parameter>& parameters,
                             const std::function<torch::Tensor()>& loss) {
  std::vector<torch::Tensor> direction;
  direction.reserve(parameters.size());
  for (const Parameter& parameter : parameters)
    direction.push_back(drawn(parameter.value.sizes().vec(), 11 + direction.size()) * 0.1);

  zero_gradients(parameters);
  loss().backward();
  double slope = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    slope += (parameters[i].value.grad() * direction[i]).sum().item<double>();

  constexpr double h = 1e-2;
  move(parameters, direction, h);
  const double above = loss().item<double>();
  move(parameters, direction, -2 * h);
  const double below = loss().item<double>();
  move(parameters, direction, h);
  return std::abs((above - below) / (2 * h) - slope) / std::abs(slope);
}
inline double gradient_error(Network& network, const torch::Tensor& x) {
  return gradient_error(network.parameters(),
                        [&] { return network.forward(x, true).to(torch::kDouble).sin().sum(); });
}

/// Numbers in all parameters.
inline std::int64_t size_of(const Network& network) {
  std::int64_t size = 0;
  for (const Parameter& parameter : network.parameters()) size += parameter.value.numel();
  return size;
}

}  // namespace mls::nn::testing
