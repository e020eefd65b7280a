// GLR-klUCB with local restarts. Besson, Kaufmann, Maillard & Seznec, "Efficient change-point detection for
// tackling piecewise-stationary bandits", JMLR 23, 2022 (algorithm 1).
//
// KL-UCB on what each arm paid since its own last restart, index budget ln(rounds since that restart). Every
// floor(K/alpha) rounds each arm is played once by force, alpha = alpha_0 sqrt(episode K ln T / T), episode =
// 1 + restarts so far. After every 10th play of an arm, a Bernoulli generalised likelihood ratio test looks
// for a change at every 10th place of its rewards; it restarts the arm when the statistic exceeds ln(n^1.5 /
// delta). Constants: delta = 1/sqrt(T) as in the paper; alpha_0 = 0.1 and the steps of 10 are the defaults of
// the first author's package SMPyBandits. Ignores contexts.
#include "surface.hpp"

namespace mls {
namespace {

constexpr double alpha_0 = 0.1;
constexpr int plays_between_tests = 10;
constexpr int places_between_splits = 10;

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0; }

/// -n times the entropy of a coin that came up `ones` times in n.
double log_likelihood(double ones, double n) { return x_log_x(ones) + x_log_x(n - ones) - x_log_x(n); }

/// The rewards of one arm since its last restart.
class History {
 public:
  void restart(int t) {
    start_ = t;
    sums_.clear();
  }
  void add(double reward) { sums_.push_back(sum() + reward); }

  [[nodiscard]] int start() const { return start_; }
  [[nodiscard]] int plays() const { return static_cast<int>(sums_.size()); }
  [[nodiscard]] double sum() const { return sums_.empty() ? 0 : sums_.back(); }

  /// max over splits s of s kl(mean before, mean) + (n - s) kl(mean after, mean) > ln(n^1.5 / delta)?
  [[nodiscard]] bool changed(double delta) const {
    const double n = plays();
    const double bar = log_likelihood(sum(), n) + 1.5 * std::log(n) - std::log(delta);
    for (int s = 1; s < plays(); s += places_between_splits) {
      const double before = sums_[s - 1];
      if (log_likelihood(before, s) + log_likelihood(sum() - before, n - s) > bar) return true;
    }
    return false;
  }

 private:
  int start_ = 0;
  std::vector<double> sums_;  // running
};

class GlrKlUcb final : public Policy {
 public:
  explicit GlrKlUcb(const Info& info)
      : arms_(info.arms),
        delta_(1 / std::sqrt(info.horizon)),
        alpha_1_(alpha_0 * std::sqrt(info.arms * std::log(info.horizon) / info.horizon)),
        histories_(info.arms) {}

  int choose(int t, std::span<const double>) override {
    t_ = t;
    const double alpha = alpha_1_ * std::sqrt(episode_);
    const int period = std::max(static_cast<int>(arms_ / alpha), 1);
    const int forced = (t - 1) % period;
    return forced < arms_ ? forced : most_promising(t);
  }

  void update(int arm, double reward) override {
    History& history = histories_[arm];
    history.add(reward);
    if (history.plays() % plays_between_tests == 0 && history.changed(delta_)) {
      history.restart(t_);
      ++episode_;
    }
  }

 private:
  [[nodiscard]] int most_promising(int t) const {
    int best = 0;
    double best_index = -1;
    for (int a = 0; a < arms_; ++a) {
      const History& history = histories_[a];
      if (history.plays() == 0) return a;
      const double n = history.plays();
      const double index = bandit::bernoulli_kl_upper(history.sum() / n, std::log(t - history.start()) / n);
      if (index > best_index) {
        best_index = index;
        best = a;
      }
    }
    return best;
  }

  int arms_;
  double delta_;
  double alpha_1_;
  int episode_ = 1;
  int t_ = 0;
  std::vector<History> histories_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const Info& info, Rng&) { return std::make_unique<GlrKlUcb>(info); }

}  // namespace mls
