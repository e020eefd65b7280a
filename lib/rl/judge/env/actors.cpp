#include "lib/rl/judge/env/actors.hpp"

#include <array>
#include <utility>

#include "lib/rl/judge/env/acrobot.hpp"
#include "lib/rl/judge/env/cartpole.hpp"
#include "lib/rl/judge/env/grid.hpp"
#include "lib/rl/judge/env/lander.hpp"

namespace mls::rl {
namespace {

/// One environment behind the disguise.
template <typename Env>
struct Copy {
  Env env{};
  Rng rng{0};
  int age = 0;

  void begin() {
    env.reset(rng);
    age = 0;
  }
  Outcome step(int action, const Disguise& disguise) {
    ++age;
    return env.step(disguise.action_of[static_cast<std::size_t>(action)], rng);
  }
  [[nodiscard]] bool late() const { return age >= Env::limit; }
  void observe(const Disguise& disguise, float* out) const {
    std::array<float, Env::observations> raw{};
    env.observe(raw);
    for (std::size_t i = 0; i < raw.size(); ++i) {
      out[i] = disguise.signs[i] * raw[static_cast<std::size_t>(disguise.order[i])];
    }
  }
};

template <typename Env>
void check(const Disguise& disguise) {
  if (disguise.order.size() != Env::observations || disguise.signs.size() != Env::observations) {
    throw std::invalid_argument("the disguise is of an environment with another number of observations");
  }
  for (const int action : disguise.action_of) {
    if (action < 0 || action >= Env::actions)
      throw std::invalid_argument("the disguise names an unknown action");
  }
}

template <typename Env>
class Flock final : public Actors {
 public:
  Flock(Disguise disguise, int count, const Rng& rng)
      : disguise_(std::move(disguise)), copies_(static_cast<std::size_t>(count)) {
    check<Env>(disguise_);
    observations_.resize(Env::observations, count);
    steps_.next.resize(Env::observations, count);
    steps_.reward.resize(copies_.size());
    steps_.terminated.resize(copies_.size());
    steps_.truncated.resize(copies_.size());
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      copies_[i].rng = rng.split(i);
      copies_[i].begin();
      copies_[i].observe(disguise_, column(observations_, i));
    }
  }

  [[nodiscard]] int observation_size() const override { return Env::observations; }
  [[nodiscard]] int action_count() const override { return static_cast<int>(disguise_.action_of.size()); }

  const Steps& step(std::span<const int> actions) override {
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      Copy<Env>& copy = copies_[i];
      const Outcome outcome = copy.step(actions[i], disguise_);
      double reward = disguise_.reward_scale * outcome.reward;
      if (disguise_.reward_noise > 0) reward += disguise_.reward_noise * copy.rng.normal();
      steps_.reward[i] = static_cast<float>(reward);
      steps_.terminated[i] = outcome.terminated ? 1 : 0;
      steps_.truncated[i] = !outcome.terminated && copy.late() ? 1 : 0;
      copy.observe(disguise_, column(steps_.next, i));
      if (outcome.terminated || copy.late()) copy.begin();
      copy.observe(disguise_, column(observations_, i));
    }
    return steps_;
  }

 private:
  static float* column(Eigen::MatrixXf& m, std::size_t i) {
    return m.col(static_cast<Eigen::Index>(i)).data();
  }

  Disguise disguise_;
  std::vector<Copy<Env>> copies_;
};

template <typename Env>
class Trials final : public Episodes {
 public:
  Trials(Disguise disguise, std::span<const Rng> streams) : disguise_(std::move(disguise)) {
    check<Env>(disguise_);
    for (const Rng& stream : streams) {
      running_.push_back(static_cast<int>(copies_.size()));
      copies_.push_back({.env = {}, .rng = stream});
      copies_.back().begin();
    }
    returns_.assign(copies_.size(), 0.0);
    look();
  }

  void step(std::span<const int> actions) override {
    std::vector<int> still;
    for (std::size_t k = 0; k < running_.size(); ++k) {
      const auto i = static_cast<std::size_t>(running_[k]);
      const Outcome outcome = copies_[i].step(actions[k], disguise_);
      returns_[i] += outcome.reward;
      if (!outcome.terminated && !copies_[i].late()) still.push_back(running_[k]);
    }
    running_ = std::move(still);
    look();
  }

 private:
  void look() {
    observations_.resize(Env::observations, static_cast<Eigen::Index>(running_.size()));
    for (std::size_t k = 0; k < running_.size(); ++k) {
      copies_[static_cast<std::size_t>(running_[k])].observe(
          disguise_, observations_.col(static_cast<Eigen::Index>(k)).data());
    }
  }

  Disguise disguise_;
  std::vector<Copy<Env>> copies_;
};

/// Calls `f` with the environment that has this name.
template <typename F>
auto with_environment(const std::string& name, const F& f) {
  if (name == "cartpole") return f(CartPole{});
  if (name == "acrobot") return f(Acrobot{});
  if (name == "lander") return f(Lander{});
  if (name == "four-rooms") return f(FourRooms{});
  if (name == "key-door") return f(KeyDoor{});
  throw std::invalid_argument("there is no environment '" + name +
                              "'; there are cartpole, acrobot, lander, four-rooms and key-door");
}

}  // namespace

Disguise draw_disguise(int observations, int actions, int copies, Rng& rng) {
  Disguise disguise;
  disguise.order = rng.permutation(observations);
  for (int i = 0; i < observations; ++i) disguise.signs.push_back(rng.bernoulli(0.5) ? 1.0F : -1.0F);
  for (const int name : rng.permutation(actions * copies)) disguise.action_of.push_back(name % actions);
  return disguise;
}

EnvironmentSize environment_size(const std::string& name) {
  return with_environment(name, [](auto env) {
    using Env = decltype(env);
    return EnvironmentSize{.observations = Env::observations, .actions = Env::actions};
  });
}

std::unique_ptr<Actors> make_actors(const std::string& name, const Disguise& disguise, int count,
                                    const Rng& rng) {
  return with_environment(name, [&](auto env) -> std::unique_ptr<Actors> {
    return std::make_unique<Flock<decltype(env)>>(disguise, count, rng);
  });
}

std::unique_ptr<Episodes> make_episodes(const std::string& name, const Disguise& disguise,
                                        std::span<const Rng> streams) {
  return with_environment(name, [&](auto env) -> std::unique_ptr<Episodes> {
    return std::make_unique<Trials<decltype(env)>>(disguise, streams);
  });
}

}  // namespace mls::rl
