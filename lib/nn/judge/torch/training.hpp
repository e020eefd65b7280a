// The training loop and the evaluation of a judge's networks.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "judge/divergence.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::nn {

/// Row numbers batch after batch; all rows are reshuffled when they are used up, so that every batch is full.
class BatchOrder {
 public:
  BatchOrder(std::int64_t rows, std::int64_t batch, Rng rng);
  /// i64 [batch].
  [[nodiscard]] torch::Tensor next();

 private:
  std::int64_t batch_;
  Rng rng_;
  std::vector<std::int64_t> order_;
  std::size_t at_ = 0;
};

using judge::Divergence;

struct TrainingPlan {
  RateShape shape;  ///< says how many steps
  double rate = 0.1;
  double clip = 0;  ///< largest norm of the gradient over all parameters; 0: any
};

struct Training {
  /// Loss of this step with its graph.
  std::function<torch::Tensor(std::int64_t step)> loss;
  std::vector<Parameter> parameters;  ///< all that the optimizer holds
  Optimizer* optimizer = nullptr;     ///< not owned
  /// After the graph was run backward, and after parameters changed; may be empty. For parameters that are
  /// mirrored in another process.
  std::function<void()> after_backward;
  std::function<void()> after_step;
};

struct Trained {
  std::vector<double> losses;  ///< of each step, before its update
  bool diverged = false;       ///< a loss or gradient was not finite, or the loss threw Divergence: training
                               ///< stopped before the update. A valid outcome
};

[[nodiscard]] Trained train(const Training& training, const TrainingPlan& plan);

struct Scores {
  double accuracy = 0;  ///< per cent
  double nll = 0;       ///< mean negative log-likelihood, nats
};
/// What training that diverged counts as: a guess that is sure of itself half the time.
[[nodiscard]] Scores scores_of_divergence(int classes);

/// Sizes of batches in which `rows` rows are evaluated: uniform in 1 ... 64.
[[nodiscard]] std::vector<std::int64_t> random_batches(std::int64_t rows, Rng& rng);

/// Outputs for all rows of x, without graph, asked for in batches of random sizes.
[[nodiscard]] torch::Tensor predict(const std::function<torch::Tensor(const torch::Tensor&)>& forward,
                                    const torch::Tensor& x, Rng& rng);

/// Of logits [rows, classes] against labels i64 [rows]. Logits that are not finite count as divergence.
[[nodiscard]] Scores scores_of(const torch::Tensor& logits, const torch::Tensor& labels);

}  // namespace mls::nn
