#include "judge/causality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "judge/task.hpp"

namespace mls::judge {
namespace {

// With a tolerance, probabilities below this are as good as nothing: a host's exponentials may underflow.
constexpr float negligible = 1e-10F;
// One call in so many asks about shortened sequences.
constexpr std::uint64_t shortened_share = 4;

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

/// Distributions first ... first + count - 1 of one sequence.
std::span<const float> rows(std::span<const float> probabilities, const Sequences& sequences,
                            std::int64_t sequence, std::int64_t first, std::int64_t count) {
  return probabilities.subspan(index((sequence * sequences.length + first) * sequences.vocabulary),
                               index(count * sequences.vocabulary));
}

bool equal(float a, float b, double tolerance) {
  if (a == b) return true;
  if (tolerance == 0) return false;
  if (a < negligible && b < negligible) return true;
  return a > 0 && b > 0 &&
         std::abs(std::log(static_cast<double>(a)) - std::log(static_cast<double>(b))) <= tolerance;
}

void check_sequences(const Sequences& sequences) {
  if (sequences.vocabulary < 2 || sequences.count < 0 || sequences.length < 0 ||
      index(sequences.count * sequences.length) != sequences.tokens.size()) {
    throw std::logic_error("causality probe: tokens, count, length and vocabulary do not fit together");
  }
}

std::vector<float> answer(const AskDistributions& ask, const Sequences& sequences, double sum_tolerance) {
  const std::span<const float> probabilities = ask(sequences);
  check_distributions(probabilities, sequences, sum_tolerance);
  return {probabilities.begin(), probabilities.end()};
}

/// Uniform among all tokens but `token`.
std::int32_t other_token(std::int32_t token, std::int64_t vocabulary, Rng& rng) {
  const auto drawn = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(vocabulary - 1)));
  return drawn < token ? drawn : drawn + 1;
}

}  // namespace

void check_distributions(std::span<const float> probabilities, const Sequences& sequences,
                         double sum_tolerance) {
  if (probabilities.size() != sequences.tokens.size() * index(sequences.vocabulary)) {
    throw std::logic_error("causality probe: the answer has another size than [count, length, vocabulary]");
  }
  for (std::int64_t sequence = 0; sequence < sequences.count; ++sequence) {
    for (std::int64_t position = 0; position < sequences.length; ++position) {
      double sum = 0;
      for (const float p : rows(probabilities, sequences, sequence, position, 1)) {
        if (!std::isfinite(p) || p < 0) {
          throw invalid_output(
              fmt::format("sequence {}, position {}: {} is not a probability", sequence, position, p));
        }
        sum += static_cast<double>(p);
      }
      if (std::abs(sum - 1) > sum_tolerance) {
        throw invalid_output(
            fmt::format("sequence {}, position {}: the distribution sums to {:.6g}, not to 1 within {}",
                        sequence, position, sum, sum_tolerance));
      }
    }
  }
}

void AlteredAnswers::compare(std::span<const float> probabilities, const Sequences& sequences) const {
  for (const Answer& answer : answers_) {
    const auto truth = rows(probabilities, sequences, answer.sequence, 0, answer.agree);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (equal(truth[i], answer.probabilities[i], answer.tolerance)) continue;
      throw invalid_output(fmt::format(
          "sequence {}, position {}: the distribution depends on what lies ahead: token {} gets probability "
          "{}, but {} {} "
          "position {}",
          answer.sequence, static_cast<std::int64_t>(i) / sequences.vocabulary,
          static_cast<std::int64_t>(i) % sequences.vocabulary, truth[i], answer.probabilities[i],
          answer.shorter ? "when the sequence ends before" : "after a change from", answer.agree));
    }
  }
}

/// What the host is asked instead of the true sequences.
struct CausalityProbe::Alteration {
  std::vector<std::int32_t> tokens;
  std::int64_t length;
  std::vector<std::int64_t> agree;  // by sequence, how many tokens are as they were
  std::vector<bool> bet;  // by sequence, is the first changed token drawn uniformly from all others?

  static Alteration draw(const Sequences& sequences, Rng& rng);

 private:
  void change(const Sequences& sequences, std::int64_t sequence, Rng& rng);
};

CausalityProbe::Alteration CausalityProbe::Alteration::draw(const Sequences& sequences, Rng& rng) {
  Alteration altered{.tokens = {},
                     .length = sequences.length,
                     .agree = std::vector<std::int64_t>(index(sequences.count)),
                     .bet = std::vector<bool>(index(sequences.count), false)};
  const auto position = [&] { return 1 + static_cast<std::int64_t>(rng.below(index(sequences.length - 1))); };
  if (rng.below(shortened_share) == 0) {
    altered.length = position();
    std::ranges::fill(altered.agree, altered.length);
    for (std::int64_t sequence = 0; sequence < sequences.count; ++sequence) {
      const auto kept = sequences.tokens.subspan(index(sequence * sequences.length), index(altered.length));
      altered.tokens.insert(altered.tokens.end(), kept.begin(), kept.end());
    }
    return altered;
  }
  altered.tokens.assign(sequences.tokens.begin(), sequences.tokens.end());
  for (std::int64_t sequence = 0; sequence < sequences.count; ++sequence) {
    altered.agree[index(sequence)] = position();
    altered.change(sequences, sequence, rng);
  }
  return altered;
}

/// Three ways, so that no single test tells an altered sequence from a true one: other tokens from here on,
/// one other token, or the rest of another sequence.
void CausalityProbe::Alteration::change(const Sequences& sequences, std::int64_t sequence, Rng& rng) {
  const std::int64_t from = agree[index(sequence)];
  const auto place = [&](std::int64_t of, std::int64_t position) { return index(of * length + position); };
  const std::uint64_t way = rng.below(sequences.count > 1 ? 3 : 2);
  bet[index(sequence)] = way != 2;
  if (way == 2) {
    const auto step = static_cast<std::int64_t>(rng.below(index(sequences.count - 1)));
    const std::int64_t other = (sequence + 1 + step) % sequences.count;
    for (std::int64_t position = from; position < length; ++position) {
      tokens[place(sequence, position)] = sequences.tokens[place(other, position)];
    }
    return;
  }
  const std::int64_t end = way == 0 ? length : from + 1;
  for (std::int64_t position = from; position < end; ++position) {
    std::int32_t& token = tokens[place(sequence, position)];
    token = other_token(token, sequences.vocabulary, rng);
  }
}

CausalityProbe::CausalityProbe(CausalityOptions options, Rng rng) : options_(options), rng_(rng) {
  if (options_.alterations < 1) throw std::logic_error("causality probe: at least one alteration");
}

// The host said how probable the true token and the altered one are without knowing, if it is honest, which
// it will see. The altered one is then uniform among all but the true one, and the ratio of its probability
// to the mean of theirs has mean 1. So has a product of such ratios, each mixed with 1: by Markov's
// inequality, wealth W has probability at most 1 / W.
void CausalityProbe::settle_bet(const Sequences& sequences, const Alteration& altered,
                                std::span<const float> probabilities, std::vector<std::int64_t>& known) {
  for (std::int64_t sequence = 0; sequence < sequences.count; ++sequence) {
    const std::int64_t at = altered.agree[index(sequence)];
    // Where the host has answered before, it may repeat what it said when it saw another future.
    const bool first = at > known[index(sequence)];
    if (first) known[index(sequence)] = at;
    if (!first || !altered.bet[index(sequence)]) continue;
    const auto row = rows(probabilities, sequences, sequence, at - 1, 1);
    const std::size_t place = index(sequence * sequences.length + at);
    double others = 0;
    for (std::int64_t token = 0; token < sequences.vocabulary; ++token) {
      if (token != sequences.tokens[place]) others += static_cast<double>(row[index(token)]);
    }
    if (others <= 0) continue;
    const double ratio = static_cast<double>(row[index(altered.tokens[place])]) *
                         static_cast<double>(sequences.vocabulary - 1) / others;
    for (Gambler& gambler : gamblers_) gambler.log_wealth += std::log1p(gambler.stake * (ratio - 1));
    if (log_wealth() > -std::log(options_.false_alarm)) {
      throw invalid_output(
          fmt::format("sequence {}, position {}: tokens that were put ahead at random get more probability "
                      "than they can without being "
                      "seen (odds of {:.0e} to 1)",
                      sequence, at - 1, std::exp(std::min(log_wealth(), 100.0))));
    }
  }
}

double CausalityProbe::log_wealth() const {
  double sum = 0;
  const auto richest = std::ranges::max(gamblers_, {}, &Gambler::log_wealth).log_wealth;
  for (const Gambler& gambler : gamblers_) sum += std::exp(gambler.log_wealth - richest);
  return richest + std::log(sum / static_cast<double>(gamblers_.size()));
}

void CausalityProbe::ask_alteration(const AskDistributions& ask, const Sequences& sequences,
                                    std::vector<std::int64_t>& known, AlteredAnswers& answers) {
  const Alteration altered = Alteration::draw(sequences, rng_);
  const Sequences asked{altered.tokens, sequences.count, altered.length, sequences.vocabulary};
  const std::vector<float> probabilities = answer(ask, asked, options_.sum_tolerance);
  const bool shorter = altered.length < sequences.length;
  for (std::int64_t sequence = 0; sequence < sequences.count; ++sequence) {
    const std::int64_t agree = altered.agree[index(sequence)];
    const auto kept = rows(probabilities, asked, sequence, 0, agree);
    answers.answers_.push_back(
        {.sequence = sequence,
         .agree = agree,
         .tolerance = shorter ? std::max(options_.tolerance, options_.length_tolerance) : options_.tolerance,
         .shorter = shorter,
         .probabilities = {kept.begin(), kept.end()}});
  }
  settle_bet(asked.length == sequences.length ? sequences : asked, altered, probabilities, known);
}

AlteredAnswers CausalityProbe::ask_altered(const AskDistributions& ask, const Sequences& sequences) {
  check_sequences(sequences);
  AlteredAnswers answers;
  if (sequences.length < 2) return answers;  // nothing lies ahead
  std::vector<std::int64_t> known(index(sequences.count), 0);
  for (int i = 0; i < options_.alterations; ++i) ask_alteration(ask, sequences, known, answers);
  return answers;
}

std::vector<float> CausalityProbe::ask_true(const AskDistributions& ask, const Sequences& sequences,
                                            const AlteredAnswers& altered) const {
  check_sequences(sequences);
  std::vector<float> probabilities = answer(ask, sequences, options_.sum_tolerance);
  altered.compare(probabilities, sequences);
  return probabilities;
}

std::vector<float> CausalityProbe::causal_distributions(const AskDistributions& ask,
                                                        const Sequences& sequences) {
  check_sequences(sequences);
  if (sequences.length < 2) return ask_true(ask, sequences, {});
  AlteredAnswers answers;
  std::vector<std::int64_t> known(index(sequences.count), 0);
  std::vector<float> truth;
  const auto place_of_truth = 1 + static_cast<int>(rng_.below(index(options_.alterations)));
  for (int call = 0; call <= options_.alterations; ++call) {
    if (call == place_of_truth) {
      truth = answer(ask, sequences, options_.sum_tolerance);
      std::ranges::fill(known, sequences.length);
    } else {
      ask_alteration(ask, sequences, known, answers);
    }
  }
  answers.compare(truth, sequences);
  return truth;
}

}  // namespace mls::judge
