// Figures of `mls bench` for protocol `train`.
#pragma once

#include <vector>

#include "cli/bench.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::cli::bench {

/// What a call of a component costs. Judge-owned training as a ratio to the same training in one process,
/// interleaved: step hook, component hook for activation, normalisation and attention, and the rules of value
/// learning. Without probes and recordings.
void add_train_figures(const evaluate::Places& places, std::vector<Figure>& figures);

}  // namespace mls::cli::bench
