// Probes of what a component's output depends on. Used by every task whose host computes a layer.
//
// Theory of operation: what the host answered in training or evaluation is recorded (Components::record), and
// a process that has seen neither is asked again: under the parameters of that time, with everything changed
// that the output must not depend on. Because it knows nothing of the first process, remembering earlier
// answers does not help a host: its answer is a function of the parameters and of what it is sent, and must
// still be the recorded one. So each probe finds:
//  - rows:      a few rows alone, in another order, among other rows: statistics of the batch, look-up of
//               other samples, counting of rows;
//  - channels:  other values in all other channels: mixing of channels, a network in a pointwise function;
//  - positions: the positions in another order: a kernel that looks at neighbours;
//  - future:    other values at all later positions: peeking ahead;
//  - repeat:    the same input: state that is neither parameter nor buffer, chance.
// All of them find state, since the process asked has not lived through the training.
//
// A loss is a layer from rows of logits and labels to rows of gradients: `rows` and `repeat` find a
// classifier in it that learns beside the network.
//
// A second network inside a layer is bounded by the cap on parameters (component.hpp). A host that behaves in
// training as the probes demand and otherwise in evaluation loses what it trained for.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/rng.hpp"
#include "judge/block.hpp"
#include "judge/component.hpp"

namespace mls::judge {

/// Answers as the recorded call would be for another input.
using AskAgain = std::function<std::vector<float>(const Block& x, const Shape& output)>;

struct ProbeOptions {
  /// |answer - recorded| <= tolerance * (1 + largest |recorded|). Sums in another order differ in the last
  /// bits.
  double tolerance = 1e-5;
};

/// Each throws invalid_output naming the layer and what the output depended on. In all of them the first
/// extent counts rows, in input and output alike: samples, or samples times positions.
void probe_repeat(const Recording& recording, const AskAgain& ask, const ProbeOptions& options);
/// About half of the rows, permuted, and cut into two calls; between them rows of random values.
void probe_rows(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options);
/// x and y are [rows, channels]: one channel keeps its values, all others get those of other rows, rescaled.
void probe_channels(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options);
/// x and y are [rows, channels, ...]: all positions within a channel, alike in all rows and channels, in
/// another order, in which the output must be too.
void probe_positions(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options);
/// x and y are [rows, positions, ...]: from a random position on, each row gets another row's values.
void probe_future(const Recording& recording, const AskAgain& ask, Rng& rng, const ProbeOptions& options);

struct Probes {
  bool rows = false;
  bool channels = false;
  bool positions = false;
  bool future = false;
  bool repeat = true;
};

/// Asks a fresh host about all recordings (it is started, see Components::continue_in_fresh_host).
void probe_recordings(Run& run, Components& components, const Probes& probes, Rng rng,
                      const ProbeOptions& options = {});

}  // namespace mls::judge
