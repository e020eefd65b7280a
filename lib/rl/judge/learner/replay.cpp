#include "lib/rl/judge/learner/replay.hpp"

#include <algorithm>

namespace mls::rl {

Replay::Replay(int observation_size, int actors, int capacity, int n, double gamma)
    : n_(n),
      gamma_(gamma),
      pending_(static_cast<std::size_t>(actors)),
      seen_(observation_size, capacity),
      next_(observation_size, capacity),
      action_(static_cast<std::size_t>(capacity)),
      reward_(static_cast<std::size_t>(capacity)),
      discount_(static_cast<std::size_t>(capacity)) {}

void Replay::add(const Eigen::MatrixXf& seen, std::span<const int> actions, const Steps& steps) {
  for (std::size_t a = 0; a < pending_.size(); ++a) {
    const auto column = static_cast<Eigen::Index>(a);
    std::vector<Pending>& queue = pending_[a];
    queue.push_back({.seen = seen.col(column), .action = actions[a], .reward = 0, .discount = 1});
    for (Pending& p : queue) {
      p.reward += p.discount * static_cast<double>(steps.reward[a]);
      p.discount *= gamma_;
    }
    const bool terminated = steps.terminated[a] != 0;
    if (terminated || steps.truncated[a] != 0) {
      for (const Pending& p : queue) store(p, steps.next.col(column), terminated);
      queue.clear();
    } else if (queue.size() == static_cast<std::size_t>(n_)) {
      store(queue.front(), steps.next.col(column), false);
      queue.erase(queue.begin());
    }
  }
}

void Replay::store(const Pending& pending, const Eigen::Ref<const Eigen::VectorXf>& next, bool terminated) {
  const auto i = static_cast<std::size_t>(at_);
  seen_.col(at_) = pending.seen;
  next_.col(at_) = next;
  action_[i] = pending.action;
  reward_[i] = static_cast<float>(pending.reward);
  discount_[i] = terminated ? 0.0F : static_cast<float>(pending.discount);
  const int capacity = static_cast<int>(seen_.cols());
  at_ = (at_ + 1) % capacity;
  size_ = std::min(size_ + 1, capacity);
}

void Replay::draw(Rng& rng, std::span<int> out) const {
  for (int& i : out) i = static_cast<int>(rng.below(static_cast<std::uint64_t>(size_)));
}

}  // namespace mls::rl
