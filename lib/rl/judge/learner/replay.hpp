// Memory of transitions for value learning, with returns over several steps.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Dense>

#include "core/rng.hpp"
#include "lib/rl/judge/env/actors.hpp"

namespace mls::rl {

/// Transitions over n steps: reward = sum of gamma^k r_k over the steps taken, discount = gamma^steps, or 0
/// where the episode terminated on the way. At the end of an episode fewer than n steps are taken; a time
/// limit does not terminate: what came after it is estimated from the last observation.
class Replay {
 public:
  /// Room for `capacity` transitions; when full, the oldest is overwritten.
  Replay(int observation_size, int actors, int capacity, int n, double gamma);

  /// One step of every actor: what it saw, did and got.
  void add(const Eigen::MatrixXf& seen, std::span<const int> actions, const Steps& steps);

  [[nodiscard]] int size() const { return size_; }
  /// Uniform, with replacement.
  void draw(Rng& rng, std::span<int> out) const;

  [[nodiscard]] auto seen(int i) const { return seen_.col(i); }
  [[nodiscard]] auto next(int i) const { return next_.col(i); }
  [[nodiscard]] int action(int i) const { return action_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] float reward(int i) const { return reward_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] float discount(int i) const { return discount_[static_cast<std::size_t>(i)]; }

 private:
  struct Pending {
    Eigen::VectorXf seen;
    int action;
    double reward;    // so far
    double discount;  // gamma^steps so far
  };
  void store(const Pending& pending, const Eigen::Ref<const Eigen::VectorXf>& next, bool terminated);

  int n_;
  double gamma_;
  int size_ = 0;
  int at_ = 0;
  std::vector<std::vector<Pending>> pending_;  // by actor, oldest first
  Eigen::MatrixXf seen_;
  Eigen::MatrixXf next_;
  std::vector<int> action_;
  std::vector<float> reward_;
  std::vector<float> discount_;
};

}  // namespace mls::rl
