// The divergence between two coins, and how far up from an observed mean it lets an optimist go.
#pragma once

namespace mls::bandit {

/// kl(p, q) = p ln(p/q) + (1-p) ln((1-p)/(1-q)) in nats, for p and q in [0, 1]; 0 ln 0 = 0. Infinite where q
/// excludes what p allows.
[[nodiscard]] double bernoulli_kl(double p, double q);

/// max { q in [p, 1] : kl(p, q) <= level } for p in [0, 1] and level >= 0, infinite levels included. The
/// answer's error is that of evaluating kl in double precision: below 1e-11 for levels above 1e-6.
[[nodiscard]] double bernoulli_kl_upper(double p, double level);

}  // namespace mls::bandit
