// Queries, keys and values of one call, with hazards at random places.
#pragma once

#include <vector>

#include "core/rng.hpp"
#include "lib/attention/shared/shape.hpp"

namespace mls::attention {

struct Inputs {
  std::vector<float> q;
  std::vector<float> k;
  std::vector<float> v;
};

/// Standard normal numbers, apart from what follows. Each head of keys has two secret orthogonal directions
/// which ordinary queries do not see: along the first, keys grow with their position; along the second,
/// three keys stick out, late ones among them; and a run of 1/16 of the keys is one key repeated. One query
/// in eight belongs to a run of equal hazards, five runs in each head, whose places and order are random:
///   - all scores grow with the position, up to about +-40: a new maximum in every tile;
///   - all scores fall: the first tile holds the maximum;
///   - the keys that stick out win by about 60: one late key replaces what was summed;
///   - scores of +-80 at random positions: e^80 is beyond single precision for anyone who does not subtract
///     the maximum, and small weights vanish;
///   - zeros: all scores are equal.
/// So all calls are alike in cost, and each of them holds every hazard.
[[nodiscard]] Inputs draw_inputs(const Shape& shape, Rng& rng);

}  // namespace mls::attention
