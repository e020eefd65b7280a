// Figures of `mls bench` for protocol `train`.
#pragma once

#include <vector>

#include "cli/bench.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::cli::bench {

/// Judge-owned training as a ratio to the same training in one process, interleaved: step and component hook.
void add_train_figures(const evaluate::Places& places, std::vector<Figure>& figures);

}  // namespace mls::cli::bench
