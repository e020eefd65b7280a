// What a network leaves open when both its activation and its normalisation are of interest.
#pragma once

#include <torch/types.h>

#include <utility>
#include <vector>

#include "lib/nn/judge/torch/layers.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"

namespace mls::nn {

/// An empty part is the network's own. Each numbers its places from 0 in order of evaluation.
struct Parts {
  Part activation;
  Part normalization;
};

/// Layer normalisation over the last axis (Ba, Kiros & Hinton 2016): gains one, shifts zero, epsilon 1e-5.
class LayerNorm {
 public:
  explicit LayerNorm(int width);
  [[nodiscard]] torch::Tensor apply(const torch::Tensor& x) const;
  [[nodiscard]] std::vector<Parameter> parameters() const { return {{gain_, false}, {shift_, false}}; }

 private:
  torch::Tensor gain_;
  torch::Tensor shift_;
};

}  // namespace mls::nn
