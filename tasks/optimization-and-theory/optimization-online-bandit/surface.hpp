// What a method implements: a policy for one bandit. Read-only.
#pragma once

#include <memory>
#include <span>

#include "core/rng.hpp"
#include "lib/bandit/host/ridge.hpp"  // offered: ridge regression that learns one observation at a time
#include "lib/bandit/shared/bernoulli_kl.hpp"  // offered: Bernoulli divergence and its inverse

namespace mls {

/// All that is told beforehand. The same Info may stand for very different bandits.
struct Info {
  int arms = 0;         ///< K >= 2; arms are 0 ... K - 1, in random order
  int context_dim = 0;  ///< d; 0 = there are no contexts
  int horizon = 0;      ///< T, the number of rounds
};

/// Plays one bandit from its first round to its last. Many are played side by side, one Policy object each;
/// they are independent draws and must not share anything they learn (no static or global variables).
class Policy {
 public:
  virtual ~Policy() = default;

  /// The arm to play in round t = 1 ... T. `context` has d entries, is valid during the call, and is of
  /// Euclidean norm 1 where there is one. A number outside 0 ... K - 1 ends the run as invalid output.
  virtual int choose(int t, std::span<const double> context) = 0;

  /// Follows every choose. `arm` is the arm that was played, `reward` is 0 or 1.
  virtual void update(int arm, double reward) = 0;
};

/// Makes the policy of one bandit. `rng` is this policy's own, outlives it, and is the only source of
/// randomness allowed.
std::unique_ptr<Policy> make_policy(const Info& info, Rng& rng);

}  // namespace mls
