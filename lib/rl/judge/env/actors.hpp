// Several copies of one environment side by side, behind a disguise: what a learner meets is not what the
// sources say, so that knowing the environment by heart helps nobody. One virtual call serves all copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include "core/rng.hpp"
#include "lib/rl/judge/env/outcome.hpp"

namespace mls::rl {

/// Observation i is `signs[i]` times the environment's observation `order[i]`; action a is the environment's
/// action `action_of[a]`; rewards become reward_scale * reward + reward_noise * standard normal.
struct Disguise {
  std::vector<int> order;
  std::vector<float> signs;
  std::vector<int> action_of;
  double reward_scale = 1;
  double reward_noise = 0;
};

/// Random signs and orders; every action of the environment has `copies` names.
[[nodiscard]] Disguise draw_disguise(int observations, int actions, int copies, Rng& rng);

/// What the last step gave, by copy. Observations are columns.
struct Steps {
  Eigen::MatrixXf next;  ///< after the step, before a new episode begins
  std::vector<float> reward;
  std::vector<std::uint8_t> terminated;  ///< nothing can be earned any more
  std::vector<std::uint8_t> truncated;   ///< time is up; much might have been earned
};

class Actors {
 public:
  virtual ~Actors() = default;
  [[nodiscard]] virtual int observation_size() const = 0;
  [[nodiscard]] virtual int action_count() const = 0;
  [[nodiscard]] int count() const { return static_cast<int>(observations_.cols()); }
  /// [observation_size, count], of now.
  [[nodiscard]] const Eigen::MatrixXf& observations() const { return observations_; }
  /// One step of every copy by disguised actions; whoever ends begins a new episode.
  virtual const Steps& step(std::span<const int> actions) = 0;

 protected:
  Eigen::MatrixXf observations_;
  Steps steps_;
};

/// One episode for each of several streams, played side by side with true rewards.
class Episodes {
 public:
  virtual ~Episodes() = default;
  /// Observations of the episodes that still run, as columns.
  [[nodiscard]] const Eigen::MatrixXf& observations() const { return observations_; }
  /// Which these are, ascending; empty = all have ended.
  [[nodiscard]] std::span<const int> running() const { return running_; }
  /// Sums of true rewards so far, by episode.
  [[nodiscard]] std::span<const double> returns() const { return returns_; }
  /// One step of every running episode; one disguised action for each.
  virtual void step(std::span<const int> actions) = 0;

 protected:
  Eigen::MatrixXf observations_;
  std::vector<int> running_;
  std::vector<double> returns_;
};

/// Environment by its name: "cartpole", "acrobot", "lander", "four-rooms", "key-door" (std::invalid_argument
/// for others).
struct EnvironmentSize {
  int observations = 0;
  int actions = 0;
};
[[nodiscard]] EnvironmentSize environment_size(const std::string& name);
/// `count` copies; each draws starts and noise from its own split of `rng`.
[[nodiscard]] std::unique_ptr<Actors> make_actors(const std::string& name, const Disguise& disguise,
                                                  int count, const Rng& rng);
/// One episode for each of `streams`, from which it draws start and noise. Equal streams, equal episodes.
[[nodiscard]] std::unique_ptr<Episodes> make_episodes(const std::string& name, const Disguise& disguise,
                                                      std::span<const Rng> streams);

}  // namespace mls::rl
