#include "lib/moe/judge/trace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace mls::moe {
namespace {

constexpr int topics = 4;
constexpr double topic_deviation = 1.5;
constexpr double own_share = 0.6;  // of base and wander, in units of skew

/// In place. Subtracts the largest first, so that nothing overflows.
void softmax(std::span<double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double total = 0;
  for (double& value : values) total += value = std::exp(value - largest);
  for (double& value : values) value /= total;
}

std::vector<double> normals(std::size_t count, double deviation, Rng& rng) {
  std::vector<double> values(count);
  for (double& value : values) value = deviation * rng.normal();
  return values;
}

/// One step of AR(1) whose stationary deviation is `deviation`.
void step(std::span<double> values, double persistence, double deviation, Rng& rng) {
  const double noise = deviation * std::sqrt(1 - persistence * persistence);
  for (double& value : values) value = persistence * value + noise * rng.normal();
}

/// Logits of all layers, batch after batch.
class Popularity {
 public:
  Popularity(const TraceSpec& spec, Rng rng)
      : spec_(spec),
        rng_(rng),
        size_(static_cast<std::size_t>(spec.layers * spec.experts)),
        base_(normals(size_, own_share * spec.skew, rng_)),
        topic_(normals(topics * size_, spec.skew, rng_)),
        wander_(normals(size_, own_share * spec.skew, rng_)),
        mood_(normals(topics, topic_deviation, rng_)) {}

  void advance() {
    if (rng_.bernoulli(spec_.jump)) {
      mood_ = normals(topics, topic_deviation, rng_);
    } else {
      step(mood_, spec_.persistence, topic_deviation, rng_);
    }
    step(wander_, spec_.persistence, own_share * spec_.skew, rng_);
  }

  /// Probability of each expert of a layer.
  [[nodiscard]] std::vector<double> of_layer(int layer) const {
    std::vector<double> weights = mood_;
    softmax(weights);
    std::vector<double> result(static_cast<std::size_t>(spec_.experts));
    const std::size_t first = static_cast<std::size_t>(layer) * result.size();
    for (std::size_t e = 0; e < result.size(); ++e) {
      result[e] = base_[first + e] + wander_[first + e];
      for (std::size_t k = 0; k < topics; ++k) result[e] += weights[k] * topic_[k * size_ + first + e];
    }
    softmax(result);
    cap(result, 1.0 / spec_.choices);
    return result;
  }

 private:
  TraceSpec spec_;
  Rng rng_;
  std::size_t size_;
  std::vector<double> base_;
  std::vector<double> topic_;  // [topics][layers][experts]
  std::vector<double> wander_;
  std::vector<double> mood_;
};

/// Walker's alias table, built as Vose (1991) does: one uniform number a draw.
class AliasTable {
 public:
  explicit AliasTable(std::span<const double> probabilities)
      : keep_(probabilities.size(), 1.0), alias_(probabilities.size()) {
    std::vector<double> scaled(probabilities.begin(), probabilities.end());
    std::vector<std::size_t> small;
    std::vector<std::size_t> large;
    for (std::size_t i = 0; i < scaled.size(); ++i) {
      scaled[i] *= static_cast<double>(scaled.size());
      (scaled[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
      const std::size_t low = small.back();
      const std::size_t high = large.back();
      small.pop_back();
      keep_[low] = scaled[low];
      alias_[low] = high;
      scaled[high] -= 1 - scaled[low];
      if (scaled[high] >= 1) continue;
      large.pop_back();
      small.push_back(high);
    }
  }

  [[nodiscard]] std::size_t draw(Rng& rng) const {
    const double where = rng.uniform() * static_cast<double>(keep_.size());
    const auto column = static_cast<std::size_t>(where);
    return where - static_cast<double>(column) < keep_[column] ? column : alias_[column];
  }

 private:
  std::vector<double> keep_;
  std::vector<std::size_t> alias_;
};

}  // namespace

void cap(std::span<double> probabilities, double most) {
  for (bool changed = true; changed;) {
    double capped = 0;
    double free = 0;
    for (const double p : probabilities) (p >= most ? capped : free) += p >= most ? most : p;
    changed = false;
    const double scale = (1 - capped) / free;
    for (double& p : probabilities) {
      changed = changed || (p < most && p * scale > most);
      p = p >= most ? most : p * scale;
    }
  }
}

void draw_multinomial(std::span<const double> probabilities, int draws, Rng& rng, std::span<float> counts) {
  const AliasTable table(probabilities);
  std::vector<std::int32_t> drawn(counts.size());
  for (int i = 0; i < draws; ++i) ++drawn[table.draw(rng)];
  std::copy(drawn.begin(), drawn.end(), counts.begin());
}

Trace::Trace(const TraceSpec& spec, Rng paths, Rng counts)
    : spec_(spec), tokens_(static_cast<std::size_t>(spec.layers * spec.batches * spec.experts)) {
  const auto experts = static_cast<std::size_t>(spec.experts);
  Popularity popularity(spec, paths);
  for (int t = 0; t < spec.batches; ++t) {
    if (t > 0) popularity.advance();
    for (int l = 0; l < spec.layers; ++l) {
      const auto first = static_cast<std::size_t>(l * spec.batches + t) * experts;
      draw_multinomial(popularity.of_layer(l), spec.tokens, counts,
                       std::span(tokens_).subspan(first, experts));
    }
  }
}

std::span<const float> Trace::tokens(int layer, int first, int count) const {
  const auto experts = static_cast<std::size_t>(spec_.experts);
  return std::span(tokens_).subspan(static_cast<std::size_t>(layer * spec_.batches + first) * experts,
                                    static_cast<std::size_t>(count) * experts);
}

}  // namespace mls::moe
