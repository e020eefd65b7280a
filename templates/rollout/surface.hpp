// What a method implements: a policy for one bandit. Read-only.
#pragma once

#include <memory>

#include "core/rng.hpp"

namespace bandit {

class Policy {
 public:
  virtual ~Policy() = default;
  /// The arm to play in this round: 0 ... arms - 1.
  virtual int choose() = 0;
  /// The reward (0 or 1) of the arm that was chosen last. Called after every round.
  virtual void learn(int arm, double reward) = 0;
};

/// A policy for a bandit with `arms` >= 2 arms, to be played for `rounds` rounds. Called once for each
/// bandit.
std::unique_ptr<Policy> make_policy(int arms, int rounds, const mls::Rng& rng);

}  // namespace bandit
