#include "lib/metrics/judge/probability.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace mls::metrics {
namespace {

int top_of(std::span<const double> row) {
  return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
}

void divide_by_sum(std::span<double> row) {
  const double sum = std::accumulate(row.begin(), row.end(), 0.0);
  for (double& value : row) value /= sum;
}

}  // namespace

std::vector<double> as_distributions(std::span<const double> raw, int classes, double floor) {
  std::vector<double> result(raw.begin(), raw.end());
  const auto width = static_cast<std::size_t>(classes);
  for (std::size_t start = 0; start < result.size(); start += width) {
    const std::span<double> row(result.data() + start, width);
    const double top = *std::max_element(row.begin(), row.end());
    if (top > 0) {
      for (double& value : row) value /= top;  // first, so that no sum overflows or underflows
      divide_by_sum(row);
    }
    for (double& value : row) value = std::max(value, floor);
    divide_by_sum(row);
  }
  return result;
}

double negative_log_likelihood(const Forecast& forecast) {
  double sum = 0;
  for (int i = 0; i < forecast.rows(); ++i) sum -= std::log(forecast.row(i)[forecast.label[i]]);
  return sum / forecast.rows();
}

double brier(const Forecast& forecast) {
  double sum = 0;
  for (int i = 0; i < forecast.rows(); ++i) {
    const std::span<const double> row = forecast.row(i);
    for (int k = 0; k < forecast.classes; ++k) {
      const double error = row[k] - (k == forecast.label[i] ? 1.0 : 0.0);
      sum += error * error;
    }
  }
  return sum / forecast.rows();
}

double accuracy(const Forecast& forecast) {
  int right = 0;
  for (int i = 0; i < forecast.rows(); ++i) right += top_of(forecast.row(i)) == forecast.label[i] ? 1 : 0;
  return static_cast<double>(right) / forecast.rows();
}

double equal_mass_ece(std::span<const double> confidence, std::span<const std::uint8_t> hit, int bins) {
  const std::size_t rows = confidence.size();
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(confidence[i], i); });
  const auto parts = static_cast<std::size_t>(bins);
  double distance = 0;
  for (std::size_t bin = 0; bin < parts; ++bin) {
    double gap = 0;
    for (std::size_t i = rows * bin / parts; i < rows * (bin + 1) / parts; ++i)
      gap += confidence[order[i]] - hit[order[i]];
    distance += std::abs(gap);
  }
  return distance / static_cast<double>(rows);
}

double top_label_ece(const Forecast& forecast, int bins) {
  std::vector<double> confidence;
  std::vector<std::uint8_t> hit;
  for (int i = 0; i < forecast.rows(); ++i) {
    const int top = top_of(forecast.row(i));
    confidence.push_back(forecast.row(i)[top]);
    hit.push_back(top == forecast.label[i] ? 1 : 0);
  }
  return equal_mass_ece(confidence, hit, bins);
}

double classwise_ece(const Forecast& forecast, int bins) {
  std::vector<double> confidence(forecast.label.size());
  std::vector<std::uint8_t> hit(forecast.label.size());
  double sum = 0;
  for (int k = 0; k < forecast.classes; ++k) {
    for (int i = 0; i < forecast.rows(); ++i) {
      confidence[i] = forecast.row(i)[k];
      hit[i] = forecast.label[i] == k ? 1 : 0;
    }
    sum += equal_mass_ece(confidence, hit, bins);
  }
  return sum / forecast.classes;
}

}  // namespace mls::metrics
