#include "lib/nn/judge/torch/component.hpp"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace mls::nn {
namespace {

using torch::autograd::variable_list;

judge::Block block_of(const torch::Tensor& tensor) {
  return {{tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}, tensor.sizes().vec()};
}

judge::Answer answer_in(torch::Tensor& tensor) {
  return {{tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}, tensor.sizes().vec()};
}

/// A call of the host as a node of the judge's graph.
class HostedCall final : public torch::autograd::Node {
 public:
  HostedCall(judge::Components& components, std::int64_t call, std::vector<std::int64_t> input)
      : components_(components), call_(call), input_(std::move(input)) {}

  variable_list apply(variable_list&& gradients) override {
    const torch::Tensor sent = gradients[0].contiguous();
    torch::Tensor gradient_of_x = torch::empty(input_);
    components_.backward(call_, block_of(sent), answer_in(gradient_of_x));
    return {gradient_of_x};
  }

 private:
  judge::Components& components_;
  std::int64_t call_;
  std::vector<std::int64_t> input_;  // extents of x
};

}  // namespace

std::vector<float> floats_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

HostedLayers::HostedLayers(judge::Components& components) : components_(components) {
  const std::span<float> values = components_.values();
  for (const judge::ComponentParameter& parameter : components_.parameters()) {
    torch::Tensor value = torch::from_blob(values.data() + parameter.offset,
                                           {static_cast<std::int64_t>(parameter.size)}, torch::kFloat32);
    value.set_requires_grad(true);
    parameters_.push_back({value, parameter.decay});
  }
}

torch::Tensor HostedLayers::forward(std::int64_t layer, const torch::Tensor& x, bool training,
                                    const std::vector<std::int64_t>& output) {
  const torch::Tensor sent = x.detach().contiguous();
  torch::Tensor y = torch::empty(output.empty() ? x.sizes().vec() : output);
  largest_output_ = components_.forward(layer, block_of(sent), answer_in(y), training);
  if (training && torch::GradMode::is_enabled()) {
    // Whether or not x needs its gradient: the host's parameters do.
    const std::shared_ptr<HostedCall> call(
        new HostedCall(components_, components_.last_call(), x.sizes().vec()),  // NOLINT: torch deletes so
        torch::autograd::deleteNode);
    call->set_next_edges(torch::autograd::collect_next_edges(x));
    torch::autograd::set_history(y, call);
  } else if (training) {
    components_.forget(components_.last_call());
  }
  return y;
}

judge::Recording HostedLayers::recording_of(std::int64_t layer, const torch::Tensor& x,
                                            const torch::Tensor& y) const {
  const std::span<const float> parameters = components_.values();
  return {.layer = layer,
          .training = true,
          .x = floats_of(x),
          .input = x.sizes().vec(),
          .y = floats_of(y),
          .output = y.sizes().vec(),
          .parameters = {parameters.begin(), parameters.end()}};
}

void HostedLayers::collect_gradients() const {
  const std::span<const float> gradients = components_.collect_gradients();
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const judge::ComponentParameter& parameter = components_.parameters()[k];
    const torch::Tensor& value = parameters_[k].value;
    if (!value.grad().defined()) value.mutable_grad() = torch::empty_like(value);
    std::copy_n(gradients.begin() + static_cast<std::ptrdiff_t>(parameter.offset), parameter.size,
                value.grad().data_ptr<float>());
  }
}

void HostedLayers::publish() const { components_.publish(); }

}  // namespace mls::nn
