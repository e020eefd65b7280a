// Labelled tables in memory and the ways tasks cut them up.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/rng.hpp"

namespace mls::tabular {

/// Row-major.
struct Matrix {
  int rows = 0;
  int columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(int row_count, int column_count)
      : rows(row_count), columns(column_count), values(static_cast<std::size_t>(row_count) * column_count) {}
  [[nodiscard]] std::span<const double> row(int i) const {
    return {values.data() + static_cast<std::size_t>(i) * columns, static_cast<std::size_t>(columns)};
  }
  [[nodiscard]] std::span<double> row(int i) {
    return {values.data() + static_cast<std::size_t>(i) * columns, static_cast<std::size_t>(columns)};
  }
  [[nodiscard]] double operator()(int i, int j) const {
    return values[static_cast<std::size_t>(i) * columns + j];
  }
};

/// y[i] in 0 ... classes - 1 belongs to row i of x.
struct Dataset {
  Matrix x;
  std::vector<int> y;
  int classes = 0;
  [[nodiscard]] int rows() const { return x.rows; }
};

/// The given rows, in the given order.
[[nodiscard]] Dataset select(const Dataset& data, std::span<const int> rows);

/// Disjoint random parts of the given sizes, in that order, each in random row order. Throws
/// std::invalid_argument when the table has fewer rows or a size is negative.
[[nodiscard]] std::vector<Dataset> split(const Dataset& data, const std::vector<int>& sizes, Rng& rng);

/// The same rows with class k called name[k]; `name` is a permutation of 0 ... classes - 1.
[[nodiscard]] Dataset rename_classes(Dataset data, std::span<const int> name);

/// Affine map of every column to mean 0 and deviation 1 on the rows it was made from; constant columns only
/// lose their mean.
class Standardisation {
 public:
  explicit Standardisation(const Matrix& x);
  void apply(Matrix& x) const;

 private:
  std::vector<double> mean_;
  std::vector<double> scale_;
};

}  // namespace mls::tabular
