#include "lib/nn/judge/torch/training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::nn {

BatchOrder::BatchOrder(std::int64_t rows, std::int64_t batch, Rng rng)
    : batch_(batch), rng_(rng), order_(static_cast<std::size_t>(rows)) {
  std::iota(order_.begin(), order_.end(), 0);
  at_ = order_.size();
}

torch::Tensor BatchOrder::next() {
  torch::Tensor rows = torch::empty({batch_}, torch::kLong);
  for (std::int64_t i = 0; i < batch_; ++i) {
    if (at_ == order_.size()) {
      rng_.shuffle(std::span(order_));
      at_ = 0;
    }
    rows.data_ptr<std::int64_t>()[i] = order_[at_++];
  }
  return rows;
}

namespace {

void take_steps(const Training& training, const TrainingPlan& plan, Trained& trained) {
  for (std::int64_t step = 0; step < plan.shape.steps; ++step) {
    zero_gradients(training.parameters);
    const torch::Tensor loss = training.loss(step);
    trained.losses.push_back(loss.item<double>());
    trained.diverged = !std::isfinite(trained.losses.back());
    if (trained.diverged) break;
    loss.backward();
    if (training.after_backward) training.after_backward();
    const double most = plan.clip > 0 ? plan.clip : HUGE_VAL;
    trained.diverged = !std::isfinite(clip_gradients(training.parameters, most));
    if (trained.diverged) break;
    training.optimizer->step(plan.rate * plan.shape.at(step));
    if (training.after_step) training.after_step();
  }
}

}  // namespace

Trained train(const Training& training, const TrainingPlan& plan) {
  Trained trained;
  try {
    take_steps(training, plan, trained);
  } catch (const Divergence&) {
    trained.diverged = true;
  }
  return trained;
}

Scores scores_of_divergence(int classes) { return {100.0 / classes, 2 * std::log(classes)}; }

std::vector<std::int64_t> random_batches(std::int64_t rows, Rng& rng) {
  constexpr std::uint64_t largest = 64;
  std::vector<std::int64_t> sizes;
  while (rows > 0) {
    sizes.push_back(std::min(rows, static_cast<std::int64_t>(1 + rng.below(largest))));
    rows -= sizes.back();
  }
  return sizes;
}

torch::Tensor predict(const std::function<torch::Tensor(const torch::Tensor&)>& forward,
                      const torch::Tensor& x, Rng& rng) {
  const torch::NoGradGuard no_graph;
  std::vector<torch::Tensor> outputs;
  std::int64_t from = 0;
  for (const std::int64_t size : random_batches(x.size(0), rng)) {
    outputs.push_back(forward(x.narrow(0, from, size)));
    from += size;
  }
  return torch::cat(outputs);
}

Scores scores_of(const torch::Tensor& logits, const torch::Tensor& labels) {
  const torch::NoGradGuard no_graph;
  if (!torch::isfinite(logits).all().item<bool>())
    return scores_of_divergence(static_cast<int>(logits.size(1)));
  const double correct = logits.argmax(1).eq(labels).to(torch::kDouble).mean().item<double>();
  const torch::Tensor nll = torch::nll_loss(torch::log_softmax(logits.to(torch::kDouble), 1), labels);
  return {100 * correct, nll.item<double>()};
}

}  // namespace mls::nn
