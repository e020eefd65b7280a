#include "judge/causality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "judge/task.hpp"

namespace mls::judge {
namespace {

constexpr std::int64_t vocabulary = 20;
constexpr std::int64_t length = 24;
constexpr std::int64_t count = 16;

/// A chain that goes on by one of three steps, so that a model of it is worth something.
std::vector<std::int32_t> draw_tokens(Rng& rng) {
  std::vector<std::int32_t> tokens;
  for (std::int64_t i = 0; i < count * length; ++i) {
    const auto last = i % length == 0 ? static_cast<std::int32_t>(rng.below(vocabulary)) : tokens.back();
    tokens.push_back(
        static_cast<std::int32_t>((last * 3 + static_cast<std::int32_t>(rng.below(3))) % vocabulary));
  }
  return tokens;
}

/// What a model knows when it fills the distribution after position t of sequence s.
struct View {
  const Sequences& sequences;
  std::int64_t s;
  std::int64_t t;
  [[nodiscard]] std::int32_t token(std::int64_t sequence, std::int64_t position) const {
    return sequences.tokens[static_cast<std::size_t>(sequence * sequences.length + position)];
  }
  [[nodiscard]] std::int32_t now() const { return token(s, t); }
};
using Logits = std::vector<double>;
/// Adds to the logits of one distribution.
using Model = std::function<void(const View& view, Logits& logits)>;

/// Causal, and as good as can be.
void causal(const View& view, Logits& logits) {
  for (int step = 0; step < 3; ++step)
    logits[static_cast<std::size_t>((view.now() * 3 + step) % vocabulary)] += 4;
  if (view.t > 0) logits[static_cast<std::size_t>(view.token(view.s, view.t - 1))] += 0.25;
}

/// A host that answers with a model.
class Host {
 public:
  explicit Host(Model model) : model_(std::move(model)) {}
  virtual ~Host() = default;

  std::span<const float> operator()(const Sequences& sequences) {
    ++calls_;
    probabilities_.clear();
    for (std::int64_t s = 0; s < sequences.count; ++s) {
      for (std::int64_t t = 0; t < sequences.length; ++t) append(row({sequences, s, t}));
    }
    return probabilities_;
  }
  AskDistributions ask() {
    return [this](const Sequences& sequences) { return (*this)(sequences); };
  }

 protected:
  [[nodiscard]] virtual std::vector<float> row(const View& view) { return evaluate(model_, view); }
  [[nodiscard]] static std::vector<float> evaluate(const Model& model, const View& view) {
    Logits logits(vocabulary, 0);
    model(view, logits);
    double sum = 0;
    for (double& logit : logits) sum += logit = std::exp(logit);
    std::vector<float> result;
    for (const double value : logits) result.push_back(static_cast<float>(value / sum));
    return result;
  }
  [[nodiscard]] int calls() const { return calls_; }
  Model model_;

 private:
  void append(const std::vector<float>& values) {
    probabilities_.insert(probabilities_.end(), values.begin(), values.end());
  }
  std::vector<float> probabilities_;
  int calls_ = 0;
};

/// Repeats for every beginning what it said when it first saw it.
class Remembering : public Host {
 public:
  using Host::Host;

 protected:
  std::vector<float> row(const View& view) override {
    const auto first = view.sequences.tokens.begin() + view.s * view.sequences.length;
    const std::vector<std::int32_t> beginning(first, first + view.t + 1);
    auto found = said_.find(beginning);
    if (found == said_.end()) found = said_.emplace(beginning, Host::row(view)).first;
    return found->second;
  }

 private:
  std::map<std::vector<std::int32_t>, std::vector<float>> said_;
};

/// Looks ahead in every other call and repeats itself in the others where it can.
class ByParity : public Remembering {
 public:
  using Remembering::Remembering;

 protected:
  std::vector<float> row(const View& view) override {
    return calls() % 2 == 1 ? Remembering::row(view) : evaluate(&causal, view);
  }
};

/// Runs one probe over `chunks` batches; the verdict against the host, or "" for none.
std::string verdict(Host& host, int chunks = 1, CausalityOptions options = {}, std::uint64_t seed = 1) {
  Rng rng(seed);
  CausalityProbe probe(options, rng.split(1));
  try {
    for (int chunk = 0; chunk < chunks; ++chunk) {
      const auto tokens = draw_tokens(rng);
      const auto truth = probe.causal_distributions(host.ask(), {tokens, count, length, vocabulary});
      EXPECT_EQ(truth.size(), tokens.size() * vocabulary);
    }
  } catch (const Violation& violation) {
    EXPECT_EQ(violation.kind(), Violation::Kind::invalid_output);
    return violation.what();
  }
  return "";
}

/// Altered sequences to one process, true ones to another.
std::string verdict_of_two(Host& first, Host& second, CausalityOptions options = {}) {
  Rng rng(2);
  CausalityProbe probe(options, rng.split(1));
  const auto tokens = draw_tokens(rng);
  const Sequences sequences{tokens, count, length, vocabulary};
  try {
    const AlteredAnswers altered = probe.ask_altered(first.ask(), sequences);
    (void)probe.ask_true(second.ask(), sequences, altered);
  } catch (const Violation& violation) {
    return violation.what();
  }
  return "";
}

/// Causal, and besides it prefers what `peek` tells (nothing when negative).
Model peeking(std::function<std::int64_t(const View&)> peek, double strength) {
  return [peek = std::move(peek), strength](const View& view, Logits& logits) {
    causal(view, logits);
    const std::int64_t token = peek(view);
    if (token >= 0) logits[static_cast<std::size_t>(token % vocabulary)] += strength;
  };
}
std::function<std::int64_t(const View&)> ahead(std::int64_t distance) {
  return [distance](const View& view) -> std::int64_t {
    return view.t + distance < view.sequences.length ? view.token(view.s, view.t + distance) : -1;
  };
}

void expect_caught(const std::string& verdict, const std::string& part) {
  EXPECT_NE(verdict.find(part), std::string::npos) << "verdict: " << verdict;
}

TEST(Causality, AnHonestModelPasses) {
  Host host(&causal);
  EXPECT_EQ(verdict(host, 50), "");
  Remembering cached(&causal);
  EXPECT_EQ(verdict(cached, 20), "");
  Host a(&causal);
  Host b(&causal);
  EXPECT_EQ(verdict_of_two(a, b), "");
}

// The bet must not go against a model because it is sure, or knows nothing.
TEST(Causality, HonestModelsOfAnyConfidencePass) {
  for (const double scale : {0.0, 0.1, 10.0, 60.0}) {
    Host host([scale](const View& view, Logits& logits) {
      causal(view, logits);
      for (double& logit : logits) logit *= scale / 4;
    });
    for (std::uint64_t seed = 0; seed < 5; ++seed) EXPECT_EQ(verdict(host, 20, {}, seed), "") << scale;
  }
}

TEST(Causality, LookingAheadIsCaughtAtEveryDistance) {
  for (const std::int64_t distance : {1, 2, 7, 20}) {
    for (const double strength : {5.0, 1e-3}) {
      Host host(peeking(ahead(distance), strength));
      expect_caught(verdict(host), "depends on what lies ahead");
    }
  }
  Host last(peeking([](const View& view) { return view.token(view.s, view.sequences.length - 1); }, 1));
  expect_caught(verdict(last), "depends on what lies ahead");
}

TEST(Causality, TheVerdictNamesSequenceAndPosition) {
  Host host(peeking([](const View& view) { return view.s == 5 && view.t == 3 ? view.token(5, 4) : -1; }, 3));
  expect_caught(verdict(host, 30),
                "sequence 5, position 3: the distribution depends on what lies ahead: token ");
}

TEST(Causality, StatisticsOverTimeAreCaught) {
  Host host([](const View& view, Logits& logits) {
    causal(view, logits);
    double mean = 0;
    for (std::int64_t t = 0; t < view.sequences.length; ++t) mean += view.token(view.s, t);
    for (double& logit : logits) logit *= 1 + 1e-4 * mean / static_cast<double>(view.sequences.length);
  });
  expect_caught(verdict(host), "depends on what lies ahead");
}

TEST(Causality, StatisticsOverTheBatchAreCaught) {
  Host host(peeking(
      [](const View& view) {
        return view.t + 1 < view.sequences.length
                   ? view.token((view.s + 1) % view.sequences.count, view.t + 1)
                   : -1;
      },
      0.1));
  expect_caught(verdict(host), "depends on what lies ahead");
}

TEST(Causality, TheNumberOfTokensIsNoHint) {
  Host host([](const View& view, Logits& logits) {
    causal(view, logits);
    logits[0] += 0.05 * static_cast<double>(view.sequences.length);
  });
  expect_caught(verdict(host, 3), "when the sequence ends before position");
}

TEST(Causality, ModestyTowardsOddSequencesDoesNotHelp) {
  Host host(peeking(
      [](const View& view) -> std::int64_t {
        for (std::int64_t t = 1; t < view.sequences.length; ++t) {
          const std::int64_t last = view.token(view.s, t - 1);
          const std::int64_t step = (view.token(view.s, t) + 3 * vocabulary - 3 * last) % vocabulary;
          if (step > 2) return -1;  // the chain never does that
        }
        return view.t + 1 < view.sequences.length ? view.token(view.s, view.t + 1) : -1;
      },
      5));
  expect_caught(verdict(host), "depends on what lies ahead");
}

TEST(Causality, AnswersThatHangOnTheCallAreCaught) {
  int call = 0;
  Host host([&call](const View& view, Logits& logits) {
    if (view.s == 0 && view.t == 0) ++call;
    peeking(ahead(1), call % 2 == 0 ? 5 : 0)(view, logits);
  });
  expect_caught(verdict(host), "sequence 0, position ");
}

// A memory hides that it looked ahead from every comparison, but it looked at the wrong tokens.
TEST(Causality, RepeatingEarlierAnswersIsCaught) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Remembering always(peeking(ahead(1), 5));
    expect_caught(verdict(always, 20, {}, seed), "put ahead at random");
    ByParity parity(peeking(ahead(1), 5));
    EXPECT_NE(verdict(parity, 20, {}, seed), "");
  }
  // A little, in one sequence of sixteen.
  Remembering rare(peeking([](const View& view) { return view.s == 3 ? ahead(1)(view) : -1; }, 5));
  expect_caught(verdict(rare, 400), "sequence 3, position ");
}

// What one process can hide by its memory, two cannot.
TEST(Causality, TwoProcessesHaveNoCommonMemory) {
  for (const std::int64_t distance : {1, 3, 12}) {
    Remembering first(peeking(ahead(distance), 1e-3));
    Remembering second(peeking(ahead(distance), 1e-3));
    expect_caught(verdict_of_two(first, second), "depends on what lies ahead");
  }
  Remembering alone(peeking(ahead(3), 1));
  EXPECT_EQ(verdict(alone, 5), "") << "if this is found, the header promises too little";
}

TEST(Causality, WhatIsNoDistributionIsRefused) {
  const auto spoilt = [](float value, bool add) {
    return [=](const Sequences& sequences) {
      static Host host(&causal);
      const auto honest = host(sequences);
      static std::vector<float> answer;
      answer.assign(honest.begin(), honest.end());
      float& place = answer[static_cast<std::size_t>(2 * sequences.length * vocabulary + 7)];
      place = add ? place + value : value;
      return std::span<const float>(answer);
    };
  };
  const auto verdict_on = [](const AskDistributions& ask) -> std::string {
    Rng rng(3);
    const auto tokens = draw_tokens(rng);
    try {
      (void)CausalityProbe({}, rng).causal_distributions(ask, {tokens, count, length, vocabulary});
    } catch (const Violation& violation) {
      return violation.what();
    }
    return "";
  };
  EXPECT_EQ(verdict_on(spoilt(0, true)), "");
  EXPECT_EQ(verdict_on(spoilt(1e-5F, true)), "");
  expect_caught(verdict_on(spoilt(1e-3F, true)), "sequence 2, position 0: the distribution sums to 1.001");
  expect_caught(verdict_on(spoilt(std::numeric_limits<float>::quiet_NaN(), false)),
                "sequence 2, position 0: nan is not a probability");
  expect_caught(verdict_on(spoilt(std::numeric_limits<float>::infinity(), false)),
                "inf is not a probability");
  expect_caught(verdict_on(spoilt(-0.01F, false)), "-0.01 is not a probability");
}

// Sums in another order give other last bits: exact by default, tolerated on request.
TEST(Causality, ToleranceIsRelative) {
  int call = 0;
  Host host([&call](const View& view, Logits& logits) {
    if (view.s == 0 && view.t == 0) ++call;
    causal(view, logits);
    logits[3] += call % 2 == 0 ? 1e-5 : 0;
  });
  EXPECT_NE(verdict(host), "");
  EXPECT_EQ(verdict(host, 5, {.tolerance = 1e-3}), "");
}

TEST(Causality, NothingLiesAheadOfOneToken) {
  Host host(&causal);
  CausalityProbe probe({}, Rng(1));
  const std::vector<std::int32_t> tokens{1, 2, 3};
  EXPECT_EQ(probe.causal_distributions(host.ask(), {tokens, 3, 1, vocabulary}).size(), 3U * vocabulary);
  EXPECT_EQ(probe.causal_distributions(host.ask(), {{}, 0, 5, vocabulary}).size(), 0U);
  EXPECT_EQ(probe.causal_distributions(host.ask(), {tokens, 1, 3, vocabulary}).size(), 3U * vocabulary);
}

}  // namespace
}  // namespace mls::judge
