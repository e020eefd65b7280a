#include "lib/tabular/judge/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace mls::tabular {

Dataset select(const Dataset& data, std::span<const int> rows) {
  Dataset result{Matrix(static_cast<int>(rows.size()), data.x.columns), {}, data.classes};
  result.y.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(data.x.row(rows[i]), result.x.row(static_cast<int>(i)).begin());
    result.y.push_back(data.y[rows[i]]);
  }
  return result;
}

std::vector<Dataset> split(const Dataset& data, const std::vector<int>& sizes, Rng& rng) {
  const int wanted = std::accumulate(sizes.begin(), sizes.end(), 0);
  if (wanted > data.rows() || std::ranges::any_of(sizes, [](int size) { return size < 0; })) {
    throw std::invalid_argument("split: " + std::to_string(wanted) + " rows wanted of a table of " +
                                std::to_string(data.rows()));
  }
  const std::vector<int> order = rng.permutation(data.rows());
  std::vector<Dataset> parts;
  std::size_t start = 0;
  for (const int size : sizes) {
    parts.push_back(select(data, std::span(order).subspan(start, static_cast<std::size_t>(size))));
    start += static_cast<std::size_t>(size);
  }
  return parts;
}

Dataset rename_classes(Dataset data, std::span<const int> name) {
  for (int& label : data.y) label = name[label];
  return data;
}

Standardisation::Standardisation(const Matrix& x) : mean_(x.columns), scale_(x.columns) {
  for (int j = 0; j < x.columns; ++j) {
    double sum = 0;
    for (int i = 0; i < x.rows; ++i) sum += x(i, j);
    mean_[j] = sum / x.rows;
    double squares = 0;
    for (int i = 0; i < x.rows; ++i) squares += (x(i, j) - mean_[j]) * (x(i, j) - mean_[j]);
    const double deviation = std::sqrt(squares / x.rows);
    scale_[j] = deviation > 0 ? 1 / deviation : 1;
  }
}

void Standardisation::apply(Matrix& x) const {
  for (int i = 0; i < x.rows; ++i) {
    const std::span<double> row = x.row(i);
    for (int j = 0; j < x.columns; ++j) row[j] = (row[j] - mean_[j]) * scale_[j];
  }
}

}  // namespace mls::tabular
