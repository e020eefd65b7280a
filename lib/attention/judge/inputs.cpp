#include "lib/attention/judge/inputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>

namespace mls::attention {
namespace {

using Vector = std::vector<float>;

constexpr int hazards = 5;
constexpr float ramp = 4;      // the last key's length along the first direction
constexpr float spike = 30;    // of the keys that stick out along the second
constexpr float slope = 40;    // score of the last key in a rising row
constexpr float win = 60;      // score of a key that sticks out
constexpr float extreme = 80;  // largest scores

void fill_normal(std::span<float> out, Rng& rng) {
  for (float& x : out) x = static_cast<float>(rng.normal());
}

float dot_of(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

void add(std::span<float> y, float factor, std::span<const float> x) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += factor * x[i];
}

void normalise(std::span<float> x) {
  const float length = std::sqrt(dot_of(x, x));
  for (float& value : x) value /= length;
}

struct Directions {
  Vector rising;
  Vector sticking;
};

Directions draw_directions(int dim, Rng& rng) {
  Directions out{Vector(static_cast<std::size_t>(dim)), Vector(static_cast<std::size_t>(dim))};
  fill_normal(out.rising, rng);
  normalise(out.rising);
  fill_normal(out.sticking, rng);
  add(out.sticking, -dot_of(out.sticking, out.rising), out.rising);
  normalise(out.sticking);
  return out;
}

/// The part of `row` along both directions, taken out.
void hide(std::span<float> row, const Directions& directions) {
  add(row, -dot_of(row, directions.rising), directions.rising);
  add(row, -dot_of(row, directions.sticking), directions.sticking);
}

/// One head of queries or keys, row by row.
class Rows {
 public:
  Rows(std::span<float> values, int dim) : values_(values), dim_(static_cast<std::size_t>(dim)) {}
  std::span<float> operator[](int row) const {
    return values_.subspan(static_cast<std::size_t>(row) * dim_, dim_);
  }

 private:
  std::span<float> values_;
  std::size_t dim_;
};

int below(Rng& rng, int count) { return static_cast<int>(rng.below(static_cast<std::uint64_t>(count))); }

void draw_keys(const Shape& shape, const Directions& directions, std::span<float> values, Rng& rng) {
  fill_normal(values, rng);
  const Rows keys(values, shape.head_dim);
  const int run = std::max(1, shape.tokens / 16);
  const int first = below(rng, shape.tokens - run + 1);
  for (int i = 1; i < run; ++i) std::ranges::copy(keys[first], keys[first + i].begin());
  for (int token = 0; token < shape.tokens; ++token) {
    hide(keys[token], directions);
    const float place = static_cast<float>(token + 1) / static_cast<float>(shape.tokens);
    add(keys[token], ramp * place, directions.rising);
  }
  const int quarter = shape.tokens / 4;
  for (const int token : {below(rng, shape.tokens), below(rng, shape.tokens),
                          shape.tokens - 1 - below(rng, std::max(1, quarter))}) {
    add(keys[token], spike, directions.sticking);
  }
}

/// Makes an ordinary query hazardous.
void endanger(int hazard, std::span<float> query, const Directions& directions) {
  // Scores are divided by the root of the dimension.
  const float root = std::sqrt(static_cast<float>(query.size()));
  switch (hazard) {
    case 0:
      return add(query, slope * root / ramp, directions.rising);
    case 1:
      return add(query, -slope * root / ramp, directions.rising);
    case 2:
      return add(query, win * root / spike, directions.sticking);
    case 3:
      // The largest of some thousand normal scores is about 3.4 deviations.
      for (float& x : query) x *= extreme / 3.4F;
      return;
    default:
      for (float& x : query) x = 0;
  }
}

void draw_queries(const Shape& shape, const Directions& directions, std::span<float> values, Rng& rng) {
  fill_normal(values, rng);
  const Rows queries(values, shape.head_dim);
  for (int token = 0; token < shape.tokens; ++token) hide(queries[token], directions);
  std::array<int, hazards> order{};
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle<int>(order);
  // One run in each fifth of the tokens.
  const int part = shape.tokens / hazards;
  const int run = part / 8;
  for (int i = 0; i < hazards; ++i) {
    const int first = i * part + below(rng, part - run + 1);
    for (int token = first; token < first + run; ++token)
      endanger(order[static_cast<std::size_t>(i)], queries[token], directions);
  }
}

}  // namespace

Inputs draw_inputs(const Shape& shape, Rng& rng) {
  const std::size_t size = shape.head_size();
  Inputs inputs;
  inputs.q.resize(size * static_cast<std::size_t>(shape.query_heads()));
  inputs.k.resize(size * static_cast<std::size_t>(shape.key_heads()));
  inputs.v.resize(inputs.k.size());
  fill_normal(inputs.v, rng);
  std::vector<Directions> directions;
  for (int head = 0; head < shape.key_heads(); ++head) {
    directions.push_back(draw_directions(shape.head_dim, rng));
    draw_keys(shape, directions.back(),
              std::span(inputs.k).subspan(static_cast<std::size_t>(head) * size, size), rng);
  }
  for (int head = 0; head < shape.query_heads(); ++head) {
    draw_queries(shape, directions[static_cast<std::size_t>(shape.key_head_of(head))],
                 std::span(inputs.q).subspan(static_cast<std::size_t>(head) * size, size), rng);
  }
  return inputs;
}

}  // namespace mls::attention
