// Figures of `mls bench` for hosts with libtorch.
#pragma once

#include <vector>

#include "cli/bench.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::cli::bench {

/// Edit to binary, and a run's start and stop beside that of a plain host, interleaved.
void add_torch_figures(const evaluate::Places& places, std::vector<Figure>& figures);

}  // namespace mls::cli::bench
