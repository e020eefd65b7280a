#include "lib/bandit/judge/environment.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mls::bandit {
namespace {

/// Word number `counter` of the stream `key`: splitmix64 (Steele, Lea & Flood 2014) read at any place.
std::uint64_t word_at(std::uint64_t key, std::uint64_t counter) {
  std::uint64_t z = key + (counter + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void draw_on_sphere(Rng& rng, std::span<double> out) {
  double squares = 0;
  for (double& value : out) {
    value = rng.normal();
    squares += value * value;
  }
  const double scale = 1 / std::sqrt(squares);
  for (double& value : out) value *= scale;
}

}  // namespace

double Environment::reward(int arm) const {
  const auto counter = static_cast<std::uint64_t>(round_) * means_.size() + static_cast<std::uint64_t>(arm);
  const double uniform = static_cast<double>(word_at(reward_key_, counter) >> 11) * 0x1.0p-53;
  return uniform < means_[static_cast<std::size_t>(arm)] ? 1 : 0;
}

// The whole course is laid out beforehand, so that a change point costs the judge no time that a host could
// notice.
DriftingArms::DriftingArms(const DriftSpec& spec, Streams streams)
    : Environment(streams.reward_key), arms_(static_cast<std::size_t>(spec.arms)) {
  Rng& rng = streams.arms;
  std::vector<double> means(arms_);
  for (double& mean : means) mean = rng.uniform(spec.low, spec.high);
  add_stretch(0, means);
  if (spec.changes <= 0) return;

  const double gap = spec.horizon / spec.changes;
  std::vector<int> order = rng.permutation(spec.arms);
  for (double at = gap * rng.exponential(); at < spec.horizon; at += gap * rng.exponential()) {
    rng.shuffle(std::span(order));
    for (const int arm : std::span(order).first(static_cast<std::size_t>(spec.changed))) {
      means[static_cast<std::size_t>(arm)] = rng.uniform(spec.low, spec.high);
    }
    add_stretch(static_cast<std::int64_t>(std::ceil(at)), means);
  }
}

void DriftingArms::add_stretch(std::int64_t start, std::span<const double> means) {
  starts_.push_back(start);
  table_.insert(table_.end(), means.begin(), means.end());
  bests_.push_back(*std::max_element(means.begin(), means.end()));
}

void DriftingArms::enter(std::int64_t round) {
  while (stretch_ + 1 < starts_.size() && starts_[stretch_ + 1] <= round) ++stretch_;
  means_ = std::span(table_).subspan(stretch_ * arms_, arms_);
  best_ = bests_[stretch_];
}

LinearArms::LinearArms(const LinearSpec& spec, Streams streams)
    : Environment(streams.reward_key),
      slope_(spec.slope),
      contexts_(streams.contexts),
      thetas_(static_cast<std::size_t>(spec.arms) * static_cast<std::size_t>(spec.dim)),
      x_(static_cast<std::size_t>(spec.dim)),
      now_(static_cast<std::size_t>(spec.arms)) {
  for (std::size_t a = 0; a < now_.size(); ++a) {
    draw_on_sphere(streams.arms, std::span(thetas_).subspan(a * x_.size(), x_.size()));
  }
  means_ = now_;
  context_ = x_;
}

void LinearArms::enter(std::int64_t) {
  draw_on_sphere(contexts_, x_);
  const double* theta = thetas_.data();
  for (double& mean : now_) {
    double product = 0;
    for (const double value : x_) product += *theta++ * value;
    mean = std::clamp(0.5 + slope_ * product, 0.0, 1.0);
  }
  best_ = *std::max_element(now_.begin(), now_.end());
}

}  // namespace mls::bandit
