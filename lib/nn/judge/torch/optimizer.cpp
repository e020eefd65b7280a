#include "lib/nn/judge/torch/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace mls::nn {
namespace {

std::span<float> values_of(const torch::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

bool plain(const torch::Tensor& tensor) {
  return tensor.defined() && tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat &&
         tensor.is_contiguous();
}

/// The gradient; empty when there is none. Autograd may leave one that is not laid out as its parameter.
std::span<float> gradient_of(const torch::Tensor& value) {
  if (!value.grad().defined()) return {};
  if (!plain(value.grad())) value.mutable_grad() = value.grad().contiguous();
  return values_of(value.grad());
}

std::vector<Parameter> checked(std::vector<Parameter> parameters) {
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    if (!plain(parameters[k].value))
      throw std::invalid_argument("parameter " + std::to_string(k) +
                                  " is not a contiguous f32 tensor on the CPU");
  }
  return parameters;
}

std::vector<std::vector<float>> zeros_like(std::span<const Parameter> parameters) {
  std::vector<std::vector<float>> zeros;
  for (const Parameter& parameter : parameters)
    zeros.emplace_back(static_cast<std::size_t>(parameter.value.numel()), 0.0F);
  return zeros;
}

}  // namespace

void zero_gradients(std::span<const Parameter> parameters) {
  for (const Parameter& parameter : parameters) std::ranges::fill(gradient_of(parameter.value), 0.0F);
}

double clip_gradients(std::span<const Parameter> parameters, double most) {
  double squares = 0;
  for (const Parameter& parameter : parameters) {
    for (const float g : gradient_of(parameter.value)) squares += static_cast<double>(g) * g;
  }
  const double norm = std::sqrt(squares);
  if (norm <= most || !std::isfinite(norm)) return norm;
  const auto factor = static_cast<float>(most / norm);
  for (const Parameter& parameter : parameters) {
    for (float& g : gradient_of(parameter.value)) g *= factor;
  }
  return norm;
}

Sgd::Sgd(std::vector<Parameter> parameters, const SgdOptions& options)
    : parameters_(checked(std::move(parameters))), options_(options), velocities_(zeros_like(parameters_)) {}

void Sgd::step(double rate) {
  const auto momentum = static_cast<float>(options_.momentum);
  const auto size = static_cast<float>(rate);
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const auto decay = static_cast<float>(parameters_[k].decay ? options_.weight_decay : 0);
    const std::span<float> w = values_of(parameters_[k].value);
    const std::span<const float> gradient = gradient_of(parameters_[k].value);
    const std::span<float> v = velocities_[k];
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const float g = gradient[i] + decay * w[i];
      v[i] = momentum * v[i] + g;
      w[i] -= size * (options_.nesterov ? g + momentum * v[i] : v[i]);
    }
  }
}

Adam::Adam(std::vector<Parameter> parameters, const AdamOptions& options)
    : parameters_(checked(std::move(parameters))),
      options_(options),
      first_(zeros_like(parameters_)),
      second_(zeros_like(parameters_)) {}

void Adam::step(double rate) {
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const auto beta1 = static_cast<float>(options_.beta1);
  const auto beta2 = static_cast<float>(options_.beta2);
  const auto epsilon = static_cast<float>(options_.epsilon);
  const auto size = static_cast<float>(rate / (1 - std::pow(options_.beta1, t)));
  const auto spread = static_cast<float>(1 / std::sqrt(1 - std::pow(options_.beta2, t)));
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const double weight_decay = parameters_[k].decay ? options_.weight_decay : 0;
    const auto added = static_cast<float>(options_.decoupled ? 0 : weight_decay);
    const auto kept = static_cast<float>(options_.decoupled ? 1 - rate * weight_decay : 1);
    const std::span<float> w = values_of(parameters_[k].value);
    const std::span<const float> gradient = gradient_of(parameters_[k].value);
    const std::span<float> m = first_[k];
    const std::span<float> v = second_[k];
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const float g = gradient[i] + added * w[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      w[i] = kept * w[i] - size * m[i] / (std::sqrt(v[i]) * spread + epsilon);
    }
  }
}

double RateShape::at(std::int64_t step) const {
  if (step < warm_up) return static_cast<double>(step + 1) / static_cast<double>(warm_up);
  if (decay == Decay::constant) return 1;
  const double done =
      static_cast<double>(step - warm_up) / static_cast<double>(std::max<std::int64_t>(1, steps - warm_up));
  const double left = decay == Decay::linear ? 1 - done : 0.5 * (1 + std::cos(std::numbers::pi * done));
  return last + (1 - last) * left;
}

}  // namespace mls::nn
