#include "core/rng.hpp"

#include <bit>
#include <numeric>

#include <boost/random/beta_distribution.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace mls {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix64(seed);
}

Rng::result_type Rng::operator()() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

std::uint64_t Rng::below(std::uint64_t count) {
  // Rejects the incomplete last block, so that every value is equally likely.
  const std::uint64_t threshold = (0 - count) % count;
  std::uint64_t word = (*this)();
  while (word < threshold) word = (*this)();
  return word % count;
}

double Rng::normal() { return boost::random::normal_distribution<double>()(*this); }
double Rng::exponential() { return boost::random::exponential_distribution<double>()(*this); }
double Rng::gamma(double shape) { return boost::random::gamma_distribution<double>(shape)(*this); }
double Rng::beta(double a, double b) { return boost::random::beta_distribution<double>(a, b)(*this); }

std::vector<int> Rng::permutation(int count) {
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span<int>(order));
  return order;
}

Rng Rng::split(std::uint64_t label) const {
  std::uint64_t mix = label ^ 0xd1b54a32d192ed03ULL;
  std::uint64_t seed = splitmix64(mix);
  for (const std::uint64_t word : state_) {
    seed ^= word;
    seed = splitmix64(seed);
  }
  return Rng(seed);
}

}  // namespace mls
