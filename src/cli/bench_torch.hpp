// Figures of `mls bench` for hosts with libtorch.
#pragma once

#include <string>
#include <vector>

#include "evaluate/evaluate.hpp"

namespace mls::cli {

struct TorchFigure {
  std::string name;
  double value = 0;
  std::string unit;
  std::string ratio_to;
  std::string target;
};

/// Edit to binary, and a run's start and stop beside that of a plain host, interleaved.
[[nodiscard]] std::vector<TorchFigure> torch_figures(const evaluate::Places& places);

}  // namespace mls::cli
