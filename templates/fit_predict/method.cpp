// Arithmetic mean (Gauss 1809).
#include "surface.hpp"

double location::locate(std::span<const double> sample) {
  double sum = 0;
  for (const double value : sample) sum += value;
  return sum / static_cast<double>(sample.size());
}
