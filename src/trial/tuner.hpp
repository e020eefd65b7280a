// The agent `tuner`: how far does changing numbers alone get?
//
// Theory of operation: it starts from the baseline with the best score on the visible settings and changes
// one numeric literal at a time (literals.hpp), first by a factor of two. What raises the score of a test is
// kept and tried again in the same direction; when neither direction helps, the literal is left for a later
// round with a smaller factor. Named constants come first, other reals next, integers last, each group in an
// order drawn from the seed. A proposal that does not compile costs a test like any other, and its literal is
// left alone from then on.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.hpp"
#include "trial/agent.hpp"
#include "trial/literals.hpp"

namespace mls::trial {

struct TunerOptions {
  std::uint64_t seed = 0;
  int tests = 20;                             ///< the first is that of the baseline it starts from
  std::optional<Budget> tier = std::nullopt;  ///< within which it makes its tests
};

class TunerAgent final : public Agent {
 public:
  explicit TunerAgent(TunerOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string name() const override { return "tuner"; }
  [[nodiscard]] Json settings() const override;
  [[nodiscard]] Budget budget() const override;
  /// Throws bad_input when the task has no scores to tune by.
  void run(Desk& desk) const override;

 private:
  TunerOptions options_;
};

/// The search without the tests: proposes sources and is told how they did. Deterministic.
class NumberSearch {
 public:
  NumberSearch(std::string source, Rng rng);

  struct Proposal {
    std::string source;
    std::size_t line = 0;  ///< of the literal, from 1
    std::string from;
    std::string to;
  };
  /// A source that was never proposed before; none when every literal has been given up.
  [[nodiscard]] std::optional<Proposal> next();
  /// What became of the last proposal.
  enum class Verdict { better, no_better, broken };
  void judge(Verdict verdict);

  /// The best source so far.
  [[nodiscard]] const std::string& best() const { return best_; }

 private:
  struct Knob {
    std::size_t index = 0;      ///< into literals_
    double factor = 2;          ///< of the next proposal, or its inverse
    bool up = true;             ///< direction of the next proposal
    bool other_failed = false;  ///< the other direction was tried with this factor
  };
  /// What the first knob says.
  [[nodiscard]] std::optional<Tweak> tweak() const;
  [[nodiscard]] Proposal proposal_of(const Tweak& tweak) const;
  void keep();
  /// The direction is through: turn, or come back later with a smaller factor, or never.
  void turn_or_shelve();

  std::string best_;
  std::vector<Literal> literals_;  // of best_
  std::deque<Knob> knobs_;         // the first one is being tried
  std::set<std::string> seen_;
  Tweak proposed_;  // of that knob
};

}  // namespace mls::trial
