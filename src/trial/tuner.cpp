#include "trial/tuner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/hash.hpp"

namespace mls::trial {
namespace {

// Smaller changes are lost in the noise of a few seeds.
constexpr double least_factor = 1.02;

const BaselineBrief& best_visible(const Brief& brief) {
  if (brief.conditions.context == Conditions::Context::none) return brief.start();
  const auto score_of = [](const BaselineBrief& baseline) {
    return baseline.visible ? baseline.visible->score : -std::numeric_limits<double>::infinity();
  };
  const auto best = std::ranges::max_element(brief.baselines, {}, score_of);
  if (best == brief.baselines.end() || !best->visible) {
    throw bad_input(
        fmt::format("{}: the tuner needs scores to tune by, and there are none: {}", brief.task, brief.note));
  }
  return *best;
}

Rng rng_of(std::uint64_t seed, const std::string& task) {
  return Rng(first_word(sha256(fmt::format("tuner {} {}", seed, task))));
}

Json note_of(const NumberSearch::Proposal& proposal) {
  return {{"line", proposal.line}, {"from", proposal.from}, {"to", proposal.to}};
}

}  // namespace

Json TunerAgent::settings() const {
  Json settings{{"seed", options_.seed}, {"tests", options_.tests}};
  if (options_.tier) settings["tier"] = options_.tier->tier;
  return settings;
}

Budget TunerAgent::budget() const {
  Budget budget = options_.tier.value_or(Budget{"own", std::nullopt, std::nullopt, std::nullopt});
  budget.tests = options_.tests;
  return budget;
}

void TunerAgent::run(Desk& desk) const {
  const BaselineBrief& baseline = best_visible(desk.brief());
  NumberSearch search(baseline.source, rng_of(options_.seed, desk.brief().task));
  if (desk.tests_left() == 0) return desk.submit(search.best());
  double best = desk.test(search.best(), {{"baseline", baseline.id}}).score.value_or(0);
  while (desk.tests_left() > 0) {
    const std::optional<NumberSearch::Proposal> proposal = search.next();
    if (!proposal) break;
    const TestReport report = desk.test(proposal->source, note_of(*proposal));
    const double score = report.score.value_or(0);
    const bool better = score > best;
    if (better) best = score;
    search.judge(report.status == evaluate::Status::compile_error ? NumberSearch::Verdict::broken
                 : better                                         ? NumberSearch::Verdict::better
                                                                  : NumberSearch::Verdict::no_better);
  }
  desk.submit(search.best());
}

NumberSearch::NumberSearch(std::string source, Rng rng)
    : best_(std::move(source)), literals_(tunable_literals(best_)), seen_{best_} {
  for (const Promise promise : {Promise::named_constant, Promise::real, Promise::integer}) {
    std::vector<Knob> group;
    for (std::size_t i = 0; i < literals_.size(); ++i) {
      if (literals_[i].promise == promise) group.push_back({.index = i, .up = rng.bernoulli(0.5)});
    }
    rng.shuffle(std::span(group));
    knobs_.insert(knobs_.end(), group.begin(), group.end());
  }
}

std::optional<Tweak> NumberSearch::tweak() const {
  const Knob& knob = knobs_.front();
  return scaled(literals_[knob.index], knob.up ? knob.factor : 1 / knob.factor);
}

NumberSearch::Proposal NumberSearch::proposal_of(const Tweak& tweak) const {
  const Literal& literal = literals_[knobs_.front().index];
  const auto before = best_.begin() + static_cast<std::ptrdiff_t>(literal.offset);
  return {replaced(best_, literal, tweak.text),
          1 + static_cast<std::size_t>(std::count(best_.begin(), before, '\n')),
          best_.substr(literal.offset, literal.length), tweak.text};
}

std::optional<NumberSearch::Proposal> NumberSearch::next() {
  while (!knobs_.empty()) {
    if (std::optional<Tweak> change = tweak()) {
      Proposal proposal = proposal_of(*change);
      if (seen_.insert(proposal.source).second) {
        proposed_ = *std::move(change);
        return proposal;
      }
    }
    turn_or_shelve();
  }
  return std::nullopt;
}

void NumberSearch::keep() {
  const std::size_t index = knobs_.front().index;
  best_ = replaced(best_, literals_[index], proposed_.text);
  const std::size_t length = std::exchange(literals_[index].length, proposed_.text.size());
  literals_[index].value = proposed_.value;
  for (std::size_t i = index + 1; i < literals_.size(); ++i)
    literals_[i].offset = literals_[i].offset - length + proposed_.text.size();
}

void NumberSearch::turn_or_shelve() {
  Knob knob = knobs_.front();
  knob.up = !knob.up;
  if (!knob.other_failed) {
    knob.other_failed = true;
    knobs_.front() = knob;
    return;
  }
  knobs_.pop_front();
  knob.other_failed = false;
  knob.factor = std::sqrt(knob.factor);
  if (knob.factor >= least_factor) knobs_.push_back(knob);
}

void NumberSearch::judge(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      keep();
      knobs_.front().other_failed = true;  // where it came from is known to be worse
      break;
    case Verdict::no_better:
      turn_or_shelve();
      break;
    case Verdict::broken:
      knobs_.pop_front();
      break;
  }
}

}  // namespace mls::trial
