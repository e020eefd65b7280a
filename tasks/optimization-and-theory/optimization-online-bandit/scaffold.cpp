// Plays all bandits in lock-step, one policy each.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "host/host.hpp"
#include "host/rollout.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

class Players {
 public:
  Players(const Info& info, std::size_t count, const Rng& rng)
      : dim_(static_cast<std::size_t>(info.context_dim)), played_(count) {
    rngs_.reserve(count);
    for (std::size_t r = 0; r < count; ++r) {
      rngs_.push_back(rng.split(r));
      policies_.push_back(make_policy(info, rngs_.back()));
      if (policies_.back() == nullptr) throw std::runtime_error("make_policy returned no policy");
    }
  }

  void act(const Observation& seen, std::span<std::int32_t> arms) {
    if (seen.step > 0) learn(seen);
    const int t = static_cast<int>(seen.step) + 1;
    for (std::size_t r = 0; r < policies_.size(); ++r) {
      played_[r] = policies_[r]->choose(t, seen.values.subspan(r * dim_, dim_));
      arms[r] = played_[r];
    }
  }

  void learn(const Observation& seen) {
    for (std::size_t r = 0; r < policies_.size(); ++r) policies_[r]->update(played_[r], seen.rewards[r]);
  }

 private:
  std::size_t dim_;
  std::vector<Rng> rngs_;
  std::vector<std::unique_ptr<Policy>> policies_;
  std::vector<int> played_;
};

}  // namespace

void run_method(JudgeLink& judge) {
  const Message& start = judge.expect("start");
  const Info info{.arms = static_cast<int>(start.integer("arms")),
                  .context_dim = static_cast<int>(start.integer("context_dim")),
                  .horizon = static_cast<int>(start.integer("horizon"))};
  const auto count = static_cast<int>(start.integer("replications"));
  Players players(info, static_cast<std::size_t>(count),
                  Rng(static_cast<std::uint64_t>(start.integer("rng_seed"))));
  play(judge, count,
       {.act = [&](const Observation& seen, std::span<std::int32_t> arms) { players.act(seen, arms); },
        .end = [&](const Observation& last) { players.learn(last); }});
}

}  // namespace mls::host
