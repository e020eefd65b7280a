// What the benchmarks of judge-owned training with libtorch share: the layers by message, and the clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "judge/task.hpp"
#include "lib/nn/judge/torch/component.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls::bench {

/// Layers that the host computes, and the parameters that it declares.
class HostedPart {
 public:
  HostedPart(judge::HostLink& host, const Message& begin, std::vector<judge::LayerCap> caps)
      : components_(host, begin, std::move(caps)), layers_(components_) {}

  [[nodiscard]] torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training) {
    return layers_.forward(layer, x, training);
  }
  void add_to(std::vector<nn::Parameter>& parameters) const {
    parameters.insert(parameters.end(), layers_.parameters().begin(), layers_.parameters().end());
  }
  void collect_gradients() const { layers_.collect_gradients(); }
  void publish() const { layers_.publish(); }

 private:
  judge::Components components_;
  nn::HostedLayers layers_;
};

/// Trains, with `hosted` (which may be null) as the part that the host computes. Metric: seconds.
template <typename Hosted>
judge::Metrics timed(const std::function<torch::Tensor(std::int64_t)>& loss, nn::Optimizer& optimizer,
                     const std::vector<nn::Parameter>& parameters, const nn::TrainingPlan& plan,
                     const Hosted* hosted) {
  const auto told = [hosted](void (Hosted::*what)() const) -> std::function<void()> {
    if (hosted == nullptr) return {};
    return [hosted, what] { (hosted->*what)(); };
  };
  const nn::Training training{.loss = loss,
                              .parameters = parameters,
                              .optimizer = &optimizer,
                              .after_backward = told(&Hosted::collect_gradients),
                              .after_step = told(&Hosted::publish)};
  const auto start = std::chrono::steady_clock::now();
  (void)nn::train(training, plan);
  return {{"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}};
}

}  // namespace mls::bench
