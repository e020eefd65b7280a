// Routing traces of mixture-of-experts layers: which expert is popular drifts, has heavy tails, and jumps.
//
// The logit of expert e in layer l at batch t is base_{l,e} + sum_k w_k(t) topic_{k,l,e} + wander_{l,e}(t).
//  - base ~ 0.6 skew N(0, 1): what an expert is liked for always.
//  - topics ~ skew N(0, 1), four of them: what the traffic is about. w = softmax of four stationary AR(1)
//    processes of deviation 1.5, the same for all layers; with probability `jump` a batch draws them anew.
//  - wander: stationary AR(1) of deviation 0.6 skew, for each layer and expert its own.
// All AR(1) coefficients are `persistence`. A batch's tokens are multinomial over the softmax of the logits,
// capped at what an expert can get when every token goes to `choices` different ones.
// Experts are exchangeable: none is hot by its index.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/rng.hpp"

namespace mls::moe {

struct TraceSpec {
  int layers = 0;
  int batches = 0;
  int experts = 0;
  int tokens = 0;          ///< routed in a layer and batch: tokens times experts per token
  int choices = 1;         ///< experts per token
  double skew = 0;         ///< of the logits
  double persistence = 0;  ///< in [0, 1)
  double jump = 0;         ///< probability in a batch
};

class Trace {
 public:
  /// Logits come from `paths`, tokens from `counts`.
  Trace(const TraceSpec& spec, Rng paths, Rng counts);

  /// Tokens of batches first ... first + count - 1 of a layer, [count][experts].
  [[nodiscard]] std::span<const float> tokens(int layer, int first, int count) const;
  [[nodiscard]] const TraceSpec& spec() const { return spec_; }

 private:
  TraceSpec spec_;
  std::vector<float> tokens_;  // [layers][batches][experts]
};

/// No probability above `most`, the others larger in proportion, the sum 1 as before; most * their number
/// > 1.
void cap(std::span<double> probabilities, double most);

/// How often each of the outcomes occurs in `draws` independent draws with these probabilities.
void draw_multinomial(std::span<const double> probabilities, int draws, Rng& rng, std::span<float> counts);

}  // namespace mls::moe
