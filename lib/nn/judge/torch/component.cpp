#include "lib/nn/judge/torch/component.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace mls::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

judge::Block block_of(const torch::Tensor& tensor) {
  return {{tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}, tensor.sizes().vec()};
}

judge::Answer answer_in(torch::Tensor& tensor) {
  return {{tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}, tensor.sizes().vec()};
}

/// A call of the host as a node of the judge's graph.
class HostedCall : public torch::autograd::Function<HostedCall> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               judge::Components* components, std::int64_t layer,
                               const std::vector<std::int64_t>& output) {
    const torch::Tensor sent = x.contiguous();
    torch::Tensor y = torch::empty(output);
    components->forward(layer, block_of(sent), answer_in(y), true);
    context->saved_data["components"] = reinterpret_cast<std::int64_t>(components);
    context->saved_data["call"] = components->last_call();
    context->saved_data["shape"] = x.sizes().vec();
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto* const components =
        reinterpret_cast<judge::Components*>(context->saved_data["components"].toInt());  // NOLINT
    const std::vector<std::int64_t> shape = context->saved_data["shape"].toIntVector();
    const torch::Tensor sent = gradients[0].contiguous();
    torch::Tensor gradient_of_x = torch::empty(shape);
    components->backward(context->saved_data["call"].toInt(), block_of(sent), answer_in(gradient_of_x));
    return {gradient_of_x, torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

HostedLayers::HostedLayers(judge::Components& components) : components_(components) {
  const std::span<float> values = components_.values();
  for (const judge::ComponentParameter& parameter : components_.parameters()) {
    torch::Tensor value = torch::from_blob(values.data() + parameter.offset,
                                           {static_cast<std::int64_t>(parameter.size)}, torch::kFloat32);
    value.set_requires_grad(true);
    value.mutable_grad() = torch::zeros_like(value);
    parameters_.push_back({value, parameter.decay});
  }
}

torch::Tensor HostedLayers::forward(std::int64_t layer, const torch::Tensor& x, bool training,
                                    const std::vector<std::int64_t>& output) const {
  const std::vector<std::int64_t> shape = output.empty() ? x.sizes().vec() : output;
  if (training && torch::GradMode::is_enabled()) {
    // Without an input that needs its gradient libtorch would keep no node, and the host's parameters get
    // none.
    const torch::Tensor tracked = x.requires_grad() ? x : x.detach().set_requires_grad(true);
    return HostedCall::apply(tracked, &components_, layer, shape);
  }
  const torch::Tensor sent = x.contiguous();
  torch::Tensor y = torch::empty(shape);
  components_.forward(layer, block_of(sent), answer_in(y), training);
  if (training) components_.forget(components_.last_call());
  return y;
}

void HostedLayers::collect_gradients() const {
  const std::span<const float> gradients = components_.collect_gradients();
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const judge::ComponentParameter& parameter = components_.parameters()[k];
    std::copy_n(gradients.begin() + static_cast<std::ptrdiff_t>(parameter.offset), parameter.size,
                parameters_[k].value.grad().data_ptr<float>());
  }
}

void HostedLayers::publish() const { components_.publish(); }

}  // namespace mls::nn
