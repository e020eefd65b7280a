// Huber's M-estimator (Huber 1964) by iteratively reweighted means; scale from the median absolute deviation.
#include <algorithm>
#include <cmath>
#include <vector>

#include "surface.hpp"

namespace {

constexpr double bend = 1.345;         // 95 % efficiency on normal numbers
constexpr double deviations = 1.4826;  // of a normal distribution in one median absolute deviation
constexpr int rounds = 20;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

double location::locate(std::span<const double> sample) {
  double centre = median({sample.begin(), sample.end()});
  std::vector<double> distances;
  for (const double value : sample) distances.push_back(std::abs(value - centre));
  const double reach = bend * deviations * median(distances);
  for (int round = 0; round < rounds; ++round) {
    double sum = 0;
    double weights = 0;
    for (const double value : sample) {
      const double distance = std::abs(value - centre);
      const double weight = distance <= reach ? 1 : reach / distance;
      sum += weight * value;
      weights += weight;
    }
    centre = sum / weights;
  }
  return centre;
}
