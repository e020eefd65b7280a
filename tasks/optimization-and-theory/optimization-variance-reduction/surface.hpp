// What a method sees: minimise F(x) = (1/n) sum_i f_i(x) within a budget of component gradients.
//
// Define, in method.cpp:
//
//     namespace variance_reduction {
//     void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) { ... }
//     }
//
// It is called once for each problem with x at the start point, and judged by F at the last committed point;
// until something is committed that is the start. Unused budget is worth nothing.
//
// Vectors live with the judge. A Vector is the name of one: it can be combined linearly, copied, swapped and
// asked for inner products, but its entries cannot be read or set. Every method that builds its iterates from
// gradients by scalars can be written so.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "core/rng.hpp"

namespace variance_reduction {

/// The problem, as far as it is declared.
struct Info {
  int dim = 0;         ///< length of a vector
  int n = 0;           ///< components
  int blocks = 0;      ///< the components lie in a fixed random partition into this many blocks ...
  int block_size = 0;  ///< ... of this many; n = blocks * block_size
  bool convex = true;
  /// Lipschitz constants of the gradients of every f_i and of F, and strong convexity of F. On a problem that
  /// is not convex the first two are curvatures measured at the start (later ones may be larger) and mu is 0.
  double L_max = 0;
  double L = 0;
  double mu = 0;
  std::int64_t budget = 0;  ///< component gradients
  int max_vectors = 0;      ///< that may be alive at once: blocks + 64

  /// Smoothness in expectation of a batch of `count` components (Gower et al. 2019): from L_max at 1 to about
  /// L.
  [[nodiscard]] double batch_smoothness(int count) const {
    const double share = 1.0 / count;
    return L_max * share + L * (1 - share);
  }
};

class Oracle;
class Vector;

/// A linear combination of vectors, on its way into one: x -= step * (g - h + mean). At most 16 terms
/// (std::length_error). Do not keep one longer than its vectors.
class Sum {
 public:
  Sum(const Vector& vector);  // NOLINT(google-explicit-constructor): vectors are sums of one term
  Sum& add(double factor, const Sum& other);
  Sum& scale(double factor);

 private:
  friend class Vector;
  Oracle* oracle_;
  int count_ = 0;
  std::array<std::int32_t, 16> vectors_{};
  std::array<double, 16> factors_{};
};

inline Sum operator+(Sum left, const Sum& right) { return left.add(1, right); }
inline Sum operator-(Sum left, const Sum& right) { return left.add(-1, right); }
inline Sum operator-(Sum sum) { return sum.scale(-1); }
inline Sum operator*(double factor, Sum sum) { return sum.scale(factor); }
inline Sum operator/(Sum sum, double divisor) { return sum.scale(1 / divisor); }

/// Owns one vector. Copies copy the numbers; moves and swaps are free. More than max_vectors:
/// std::length_error.
class Vector {
 public:
  Vector(const Vector& other);
  Vector(Vector&& other) noexcept : oracle_(other.oracle_), id_(std::exchange(other.id_, none)) {}
  Vector(const Sum& sum);  // NOLINT(google-explicit-constructor)
  Vector& operator=(const Vector& other) { return *this = Sum(other); }
  Vector& operator=(Vector&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  Vector& operator=(const Sum& sum);
  Vector& operator+=(const Sum& sum) { return *this = *this + sum; }
  Vector& operator-=(const Sum& sum) { return *this = *this - sum; }
  Vector& operator*=(double factor) { return *this = factor * *this; }
  ~Vector();

 private:
  friend class Oracle;
  friend class Sum;
  static constexpr std::int32_t none = -1;
  Vector(Oracle* oracle, std::int32_t id) : oracle_(oracle), id_(id) {}

  Oracle* oracle_;
  std::int32_t id_;
};

/// Every charged call returns false, charges nothing and changes nothing when the budget does not cover it; a
/// smaller one may still be covered. Blocks are 0 ... info.blocks - 1 (std::out_of_range otherwise).
class Oracle {
 public:
  [[nodiscard]] Vector zeros();

  /// gradient = mean of grad f_i(x) over one block. Costs block_size.
  bool batch(const Vector& x, int block, Vector& gradient) {
    return batches(x, std::span<const int>(&block, 1), gradient);
  }
  /// The mean over several blocks (a block named twice counts twice). Costs block_size for each.
  bool batches(const Vector& x, std::span<const int> blocks, Vector& gradient);
  /// The same block at two points. Costs 2 * block_size. The results must be two vectors other than x and y
  /// (std::invalid_argument).
  bool pair(const Vector& x, const Vector& y, int block, Vector& gradient_x, Vector& gradient_y);
  /// gradient = grad F(x). Costs n.
  bool full(const Vector& x, Vector& gradient);
  /// value = <left, right>. Costs 1, and a round trip: the only call that waits for the judge.
  bool dot(const Vector& left, const Vector& right, double& value);
  /// Free. Makes x, as it is now, the answer.
  void commit(const Vector& x);

  [[nodiscard]] std::int64_t remaining() const;

  // What follows belongs to the scaffold.
  class Client;
  explicit Oracle(Client& client) : client_(client) {}
  [[nodiscard]] Vector start() { return {this, 0}; }

 private:
  friend class Sum;
  friend class Vector;
  Client& client_;
};

void run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng);

}  // namespace variance_reduction
