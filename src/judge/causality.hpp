// Probe of sequence models: does what lies ahead influence what is said before it? Used by every task whose
// host sees the targets it is scored on.
//
// Theory of operation: the host gives a distribution over the next token after each position of each
// sequence. It is asked about the true sequences and about altered ones, which agree with the true ones up to
// a position that it does not know and differ behind it; up to there the answers must agree. A host that
// notices the alteration and behaves for once must then have behaved in the same way for the true sequence.
// What a host can do is remember: it may recognise a beginning and repeat its earlier answer. Against that
// there are two means.
//  - Processes that cannot know of each other: altered sequences go to one, true ones to the other
//  (Run::fresh_host). Then an
//    answer is a function of the sequence alone, and only the length of a probe limits how rare an influence
//    can hide. This is what a task should use, and what the class is for.
//  - In one process, causal_distributions() asks about an altered sequence before the true one whenever it
//  can be, in an order
//    the host does not know. Repeating an answer that looked ahead then means having looked at the wrong
//    future, and a bet on the wrong tokens tells: they are drawn at random, so that an honest model can give
//    them no more than their share. This catches whoever copies the next token; not one who remembers and
//    only looks further ahead.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/rng.hpp"

namespace mls::judge {

/// `count` sequences of `length` tokens each, row-major, tokens in 0 ... vocabulary - 1.
struct Sequences {
  std::span<const std::int32_t> tokens;
  std::int64_t count = 0;
  std::int64_t length = 0;
  std::int64_t vocabulary = 0;
};

/// Sends sequences to the host; returns probabilities [count, length, vocabulary], valid until the next call.
/// Row t of a sequence is the distribution of the token after t and may depend on tokens 0 ... t of this
/// sequence.
using AskDistributions = std::function<std::span<const float>(const Sequences& sequences)>;

struct CausalityOptions {
  int alterations = 4;          ///< altered versions of each sequence, >= 1
  double sum_tolerance = 1e-4;  ///< how far a distribution's sum may be from 1
  /// How far the natural logarithms of two probabilities that should be equal may be apart; 0 = the same
  /// bits.
  double tolerance = 0;
  /// The same when only the number of tokens differs, which may change the order of a host's sums.
  double length_tolerance = 1e-3;
  /// Probability that an honest host fails the bet in the whole life of a probe.
  double false_alarm = 1e-9;
};

/// Violation (invalid_output, naming sequence and position) unless all are finite, non-negative and sum to
/// one.
void check_distributions(std::span<const float> probabilities, const Sequences& sequences,
                         double sum_tolerance);

/// What a host said about altered sequences: for each, the distributions before the alteration.
class AlteredAnswers {
 public:
  /// Throws a Violation (invalid_output) that names sequence and position where `probabilities`, the answer
  /// for the true sequences, differs.
  void compare(std::span<const float> probabilities, const Sequences& sequences) const;

 private:
  friend class CausalityProbe;
  struct Answer {
    std::int64_t sequence;
    std::int64_t agree;  // distributions 0 ... agree - 1 must be the same
    double tolerance;
    bool shorter;
    std::vector<float> probabilities;  // [agree, vocabulary]
  };
  std::vector<Answer> answers_;
};

/// Everything that is drawn comes from `rng`, which the host must not be able to predict. Every answer is
/// checked with check_distributions. Violations as above.
class CausalityProbe {
 public:
  CausalityProbe(CausalityOptions options, Rng rng);

  /// To be asked of one process: `alterations` altered versions, none longer than the true ones.
  [[nodiscard]] AlteredAnswers ask_altered(const AskDistributions& ask, const Sequences& sequences);
  /// To be asked of another process: the true sequences. Returns their distributions, which are what to
  /// score.
  [[nodiscard]] std::vector<float> ask_true(const AskDistributions& ask, const Sequences& sequences,
                                            const AlteredAnswers& altered) const;

  /// All of it in one process: see above for what this cannot find.
  [[nodiscard]] std::vector<float> causal_distributions(const AskDistributions& ask,
                                                        const Sequences& sequences);

 private:
  struct Alteration;
  void ask_alteration(const AskDistributions& ask, const Sequences& sequences,
                      std::vector<std::int64_t>& known, AlteredAnswers& answers);
  void settle_bet(const Sequences& sequences, const Alteration& altered, std::span<const float> probabilities,
                  std::vector<std::int64_t>& known);

  /// Bets the share `stake` of what it has, again and again: a small one finds rare influence, a large one is
  /// quick.
  struct Gambler {
    double stake;
    double log_wealth = 0;
  };
  [[nodiscard]] double log_wealth() const;  // of a gambler's mean

  CausalityOptions options_;
  Rng rng_;
  std::array<Gambler, 3> gamblers_{{{0.5}, {0.1}, {0.02}}};
};

}  // namespace mls::judge
