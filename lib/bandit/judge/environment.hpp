// Bandits with coin-tossing arms: the means may depend on a context or change over time.
//
// What an arm would have paid in a round is fixed before anybody chooses (common random numbers): two
// policies that play the same arm in the same round of the same environment see the same reward, whatever
// they did before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.hpp"

namespace mls::bandit {

/// One bandit, walked through round by round. Allocates only while it is built.
class Environment {
 public:
  virtual ~Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// Enters the next round; the first call enters round 0. At most `horizon` calls.
  void advance() { enter(++round_); }

  /// Of the current round. Arms are 0 ... means().size() - 1.
  [[nodiscard]] std::span<const double> means() const { return means_; }
  /// What the policy may see before it chooses; empty without contexts.
  [[nodiscard]] std::span<const double> context() const { return context_; }
  /// Best mean minus this arm's mean: the pseudo-regret of playing it now.
  [[nodiscard]] double gap(int arm) const { return best_ - means_[static_cast<std::size_t>(arm)]; }
  /// 1 with probability means()[arm], else 0; the same whenever it is asked in a round.
  [[nodiscard]] double reward(int arm) const;

 protected:
  explicit Environment(std::uint64_t reward_key) : reward_key_(reward_key) {}
  virtual void enter(std::int64_t round) = 0;

  std::span<const double> means_;
  std::span<const double> context_;
  double best_ = 0;

 private:
  std::uint64_t reward_key_;
  std::int64_t round_ = -1;
};

/// Independent random streams of one environment.
struct Streams {
  Rng arms;      ///< means, change points, slopes
  Rng contexts;  ///< unused without contexts
  std::uint64_t reward_key;
};

/// Arms whose means stay put between change points. Change points form a Poisson process; at each, `changed`
/// arms chosen at random get fresh means.
struct DriftSpec {
  int arms = 0;
  int horizon = 0;
  double low = 0;  ///< means are drawn uniformly from [low, high)
  double high = 1;
  double changes = 0;  ///< expected number within the horizon; 0 = stationary
  int changed = 0;     ///< arms redrawn at a change, 0 ... arms
};

class DriftingArms final : public Environment {
 public:
  DriftingArms(const DriftSpec& spec, Streams streams);
  /// Rounds at which a new stretch of constant means begins; the first is 0.
  [[nodiscard]] std::span<const std::int64_t> starts() const { return starts_; }

 private:
  void enter(std::int64_t round) override;
  void add_stretch(std::int64_t start, std::span<const double> means);

  std::size_t arms_;
  std::size_t stretch_ = 0;
  std::vector<std::int64_t> starts_;
  std::vector<double> table_;  // stretches x arms
  std::vector<double> bests_;  // by stretch
};

/// Contexts x uniform on the unit sphere; arm a pays with probability clip(0.5 + slope <theta_a, x>, 0, 1),
/// theta_a uniform on the unit sphere.
struct LinearSpec {
  int arms = 0;
  int dim = 0;
  double slope = 0.4;
};

class LinearArms final : public Environment {
 public:
  LinearArms(const LinearSpec& spec, Streams streams);
  /// Row a is theta_a.
  [[nodiscard]] std::span<const double> thetas() const { return thetas_; }

 private:
  void enter(std::int64_t round) override;

  double slope_;
  Rng contexts_;
  std::vector<double> thetas_;  // arms x dim
  std::vector<double> x_;
  std::vector<double> now_;
};

}  // namespace mls::bandit
