// A pointwise function of the host's as a network's activation: y[i, c] = f_c(x[i, c]), whose dependence on
// other entries, on memory and whose gradient are checked.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <list>
#include <vector>

#include "core/rng.hpp"
#include "judge/component.hpp"
#include "lib/nn/judge/torch/component.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::nn {

struct PointwiseOptions {
  /// |f(x)| <= largest * (1 + |x|)^2.
  double largest = 100;
  int recorded_in_training = 6;
  int recorded_in_evaluation = 4;
  int recorded_gradients = 6;
  double tolerance = 1e-5;  ///< of outputs (judge/probes.hpp)
};

class PointwiseComponent {
 public:
  /// `calls`: about how many training calls there will be, of which `recorded_gradients` are watched.
  PointwiseComponent(judge::Run& run, const Message& begin, std::vector<judge::LayerCap> caps,
                     std::int64_t calls, const PointwiseOptions& options = {});

  /// x [samples, channels, height, width] or [samples, channels]; the host sees rows [n, channels]. Throws
  /// Divergence when x is not finite, invalid_output when the answer is too large.
  [[nodiscard]] torch::Tensor forward(std::int64_t layer, const torch::Tensor& x, bool training);

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return layers_.parameters(); }
  void collect_gradients() const { layers_.collect_gradients(); }
  void publish() const { layers_.publish(); }
  /// Ends training: what follows is answered by a process that knows the parameters and nothing else.
  void evaluate();
  /// After evaluation: asks another fresh process whether outputs depend on other rows, other channels or the
  /// past, and whether gradients were f's own. Throws invalid_output.
  void probe();

 private:
  /// A training call with what came back through it.
  struct Watched {
    judge::Recording call;
    torch::Tensor gradient_of_y;
    torch::Tensor gradient_of_x;
  };
  [[nodiscard]] torch::Tensor watched(std::int64_t layer, const torch::Tensor& rows);
  void check_size(std::int64_t layer, const torch::Tensor& x, const torch::Tensor& y) const;
  void probe_gradient(const Watched& watched);

  judge::Run& run_;
  PointwiseOptions options_;
  judge::Components components_;
  HostedLayers layers_;
  Rng chance_;
  double watch_probability_;
  std::list<Watched> watched_;  // hooks of graphs point into it
};

}  // namespace mls::nn
