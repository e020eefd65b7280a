#include "lib/trees/judge/tree.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

namespace mls::trees {
namespace {

using tabular::Matrix;

// A target knows how to sum itself over rows. For both kinds the best split maximises the sum over the two
// sides of (squared length of the weighted sum) / (weight): for one-hot labels that is Gini, for numbers
// squared error.

class ClassTarget {
 public:
  ClassTarget(std::span<const int> y, int classes) : y_(y), classes_(classes) {}
  [[nodiscard]] int outputs() const { return classes_; }
  [[nodiscard]] bool equal(int a, int b) const { return y_[a] == y_[b]; }

  class Sums {
   public:
    explicit Sums(const ClassTarget& target) : target_(&target), by_class_(target.classes_) {}
    void add(int row, double weight) {
      double& sum = by_class_[target_->y_[row]];
      squares_ += weight * (2 * sum + weight);
      sum += weight;
      weight_ += weight;
    }
    void clear() {
      std::ranges::fill(by_class_, 0.0);
      squares_ = weight_ = 0;
    }
    [[nodiscard]] double quality() const { return squares_ / weight_; }
    void append_mean(std::vector<double>& out) const {
      for (const double sum : by_class_) out.push_back(sum / weight_);
    }

   private:
    const ClassTarget* target_;
    std::vector<double> by_class_;
    double squares_ = 0;
    double weight_ = 0;
  };

 private:
  std::span<const int> y_;
  int classes_;
};

class ValueTarget {
 public:
  explicit ValueTarget(std::span<const double> y) : y_(y) {}
  [[nodiscard]] int outputs() const { return 1; }
  [[nodiscard]] bool equal(int a, int b) const { return y_[a] == y_[b]; }

  class Sums {
   public:
    explicit Sums(const ValueTarget& target) : target_(&target) {}
    void add(int row, double weight) {
      sum_ += weight * target_->y_[row];
      weight_ += weight;
    }
    void clear() { sum_ = weight_ = 0; }
    [[nodiscard]] double quality() const { return sum_ * sum_ / weight_; }
    void append_mean(std::vector<double>& out) const { out.push_back(sum_ / weight_); }

   private:
    const ValueTarget* target_;
    double sum_ = 0;
    double weight_ = 0;
  };

 private:
  std::span<const double> y_;
};

struct Split {
  int feature = -1;
  double threshold = 0;
  double quality = -1;
};

/// A value between neighbours a < b that is >= a and < b.
double between(double a, double b) {
  const double middle = a + (b - a) / 2;
  return middle < b ? middle : a;
}

/// Grows one tree. Every column keeps its own ordering of the rows; a node is the same range [begin, end) of
/// all of them.
template <typename Target>
class Grower {
 public:
  Grower(const Matrix& x, const SortedColumns& sorted, const Target& target, std::span<const double> weight,
         const GrowthLimits& limits, Rng& rng)
      : x_(x),
        target_(target),
        weight_(weight),
        limits_(limits),
        rng_(rng),
        goes_left_(x.rows),
        columns_(x.columns),
        left_(target),
        right_(target) {
    for (int j = 0; j < x.columns; ++j) {
      std::ranges::copy_if(sorted.order(j), std::back_inserter(order_.emplace_back()),
                           [&](int row) { return weight[row] > 0; });
    }
    std::iota(columns_.begin(), columns_.end(), 0);
  }

  Tree grow() {
    grow_node(0, static_cast<int>(order_.front().size()), 0);
    return {std::move(nodes_), target_.outputs(), std::move(values_)};
  }

 private:
  int grow_node(int begin, int end, int depth) {
    const int id = static_cast<int>(nodes_.size());
    nodes_.emplace_back();
    const Split split = depth < limits_.max_depth ? best_split(begin, end) : Split{};
    if (split.feature < 0) {
      make_leaf(id, begin, end);
      return id;
    }
    const int middle = partition(split, begin, end);
    const int left = grow_node(begin, middle, depth + 1);
    const int right = grow_node(middle, end, depth + 1);
    nodes_[id] = {split.feature, split.threshold, left, right, 0};
    return id;
  }

  void make_leaf(int id, int begin, int end) {
    nodes_[id].leaf = static_cast<int>(values_.size()) / target_.outputs();
    left_.clear();
    for (int i = begin; i < end; ++i) left_.add(order_[0][i], weight_[order_[0][i]]);
    left_.append_mean(values_);
  }

  [[nodiscard]] bool pure(int begin, int end) const {
    const std::vector<int>& rows = order_[0];
    return std::all_of(rows.begin() + begin, rows.begin() + end,
                       [&](int row) { return target_.equal(row, rows[begin]); });
  }

  /// Without a feature when the node must stay a leaf. A split need not lower the impurity by itself (XOR).
  Split best_split(int begin, int end) {
    Split best;
    if (end - begin < 2 * limits_.min_leaf_rows || pure(begin, end)) return best;
    const int wanted = limits_.features_per_split > 0 ? limits_.features_per_split : x_.columns;
    int tried = 0;
    for (int i = 0; i < x_.columns && tried < wanted; ++i) {
      if (wanted < x_.columns)
        std::swap(columns_[i], columns_[i + static_cast<int>(rng_.below(x_.columns - i))]);
      const std::vector<int>& rows = order_[columns_[i]];
      if (x_(rows[begin], columns_[i]) == x_(rows[end - 1], columns_[i])) continue;
      ++tried;
      scan(columns_[i], begin, end, best);
    }
    return best;
  }

  /// Tries every threshold of a column.
  void scan(int column, int begin, int end, Split& best) {
    const std::vector<int>& rows = order_[column];
    const int count = end - begin;
    // Quality of the right side for every cut, from the right; then the left side, from the left.
    right_quality_.resize(count);
    right_.clear();
    for (int i = count - 1; i > 0; --i) {
      right_.add(rows[begin + i], weight_[rows[begin + i]]);
      right_quality_[i] = right_.quality();
    }
    left_.clear();
    for (int i = 1; i <= count - limits_.min_leaf_rows; ++i) {
      const int previous = rows[begin + i - 1];
      left_.add(previous, weight_[previous]);
      const double low = x_(previous, column);
      const double high = x_(rows[begin + i], column);
      if (low == high || i < limits_.min_leaf_rows) continue;
      const double quality = left_.quality() + right_quality_[i];
      if (quality > best.quality) best = {column, between(low, high), quality};
    }
  }

  /// Stable in every column, so all orderings stay sorted.
  int partition(const Split& split, int begin, int end) {
    int middle = begin;
    for (int i = begin; i < end; ++i) {
      const int row = order_[0][i];
      goes_left_[row] = x_(row, split.feature) <= split.threshold ? 1 : 0;
      middle += goes_left_[row];
    }
    for (std::vector<int>& rows : order_) {
      moved_.clear();
      auto out = rows.begin() + begin;
      for (int i = begin; i < end; ++i) {
        const int row = rows[i];
        if (goes_left_[row] != 0) {
          *out++ = row;
        } else {
          moved_.push_back(row);
        }
      }
      std::ranges::copy(moved_, out);
    }
    return middle;
  }

  const Matrix& x_;
  const Target& target_;
  std::span<const double> weight_;
  const GrowthLimits& limits_;
  Rng& rng_;
  std::vector<std::vector<int>> order_;
  std::vector<std::uint8_t> goes_left_;
  std::vector<int> columns_;
  std::vector<int> moved_;
  std::vector<double> right_quality_;
  typename Target::Sums left_;
  typename Target::Sums right_;
  std::vector<Tree::Node> nodes_;
  std::vector<double> values_;
};

}  // namespace

SortedColumns::SortedColumns(const Matrix& x) : order_(x.columns, std::vector<int>(x.rows)) {
  for (int j = 0; j < x.columns; ++j) {
    std::iota(order_[j].begin(), order_[j].end(), 0);
    std::ranges::sort(order_[j], {}, [&](int row) { return std::pair(x(row, j), row); });
  }
}

int Tree::leaf_of(std::span<const double> row) const {
  int at = 0;
  while (nodes_[at].feature >= 0) {
    at = row[nodes_[at].feature] <= nodes_[at].threshold ? nodes_[at].left : nodes_[at].right;
  }
  return nodes_[at].leaf;
}

int Tree::depth() const {
  std::vector<int> depth(nodes_.size());  // children come after their parent
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].feature >= 0) depth[nodes_[i].left] = depth[nodes_[i].right] = depth[i] + 1;
  }
  return *std::ranges::max_element(depth);
}

Tree grow_classifier(const Matrix& x, const SortedColumns& sorted, std::span<const int> y, int classes,
                     std::span<const double> weight, const GrowthLimits& limits, Rng& rng) {
  const ClassTarget target(y, classes);
  return Grower<ClassTarget>(x, sorted, target, weight, limits, rng).grow();
}

Tree grow_regressor(const Matrix& x, const SortedColumns& sorted, std::span<const double> y,
                    std::span<const double> weight, const GrowthLimits& limits, Rng& rng) {
  const ValueTarget target(y);
  return Grower<ValueTarget>(x, sorted, target, weight, limits, rng).grow();
}

}  // namespace mls::trees
