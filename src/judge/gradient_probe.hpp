// Whether the gradients that a component handed back in training are those of the function that it computes.
// Otherwise a layer could be an optimizer: what it hands back for its own parameters decides how they move.
//
// A gradient c is compared with slopes of the function, asked of a process that has not lived through the
// training: along c, restricted to a random stretch of one tensor, the sum of output times its gradient must
// rise by |c|^2 there. What is the gradient but for entries set to zero passes; every other answer (scaled,
// signed, orthogonalised, averaged over steps) fails on most stretches.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/rng.hpp"
#include "judge/component.hpp"

namespace mls::judge {

/// A call in training and what came back through it.
struct GradientRecording {
  Recording call;
  std::vector<float> of_y;           ///< what the host was sent
  std::vector<float> of_x;           ///< what it handed back
  std::vector<float> of_parameters;  ///< and for parameters, laid out as call.parameters; only those of the
                                     ///< call's layer are looked at
};

/// Answers as the recorded call would be under these parameters for this input.
using AskWith =
    std::function<std::vector<float>(std::span<const float> parameters, std::span<const float> x)>;

struct GradientProbeOptions {
  int stretches = 8;        ///< of a recording, half of them of x
  double step = 1e-3;       ///< by which a stretch is moved, relative to its norm
  double tolerance = 0.05;  ///< relative difference of slopes
  double allowed = 0.34;    ///< share of the stretches with a slope that may differ, one at least
};

/// Throws invalid_output naming the layer.
void probe_gradients(const GradientRecording& recording, std::span<const ComponentParameter> parameters,
                     const AskWith& ask, Rng& rng, const GradientProbeOptions& options = {});

}  // namespace mls::judge
