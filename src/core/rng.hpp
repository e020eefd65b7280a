// The only source of randomness in judges, scaffolds and methods: the same numbers on every machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace mls {

/// xoshiro256++ (Blackman & Vigna 2019), seeded by splitmix64. Distributions are Boost.Random's, which are
/// the same on every platform, unlike those of the standard library. Meets UniformRandomBitGenerator. Not
/// thread-safe.
class Rng {
 public:
  using result_type = std::uint64_t;

  explicit Rng(std::uint64_t seed);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();

  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in {0, ..., count - 1}, without modulo bias; count >= 1.
  std::uint64_t below(std::uint64_t count);
  bool bernoulli(double probability) { return uniform() < probability; }
  double normal();
  double normal(double mean, double deviation) { return mean + deviation * normal(); }
  /// Rate 1.
  double exponential();
  /// Scale 1; shape > 0.
  double gamma(double shape);
  /// a, b > 0.
  double beta(double a, double b);

  /// Fisher-Yates.
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
  /// A random ordering of 0 ... count - 1.
  std::vector<int> permutation(int count);

  /// A generator whose stream is independent of this one and of splits with other labels; this one is not
  /// advanced.
  [[nodiscard]] Rng split(std::uint64_t label) const;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace mls
