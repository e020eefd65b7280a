// task: optimization-online-bandit
// route: recomputing hidden draws
// tries: to recognise setting and seed by the generator it is given, under the public key, and to draw the
// arms again
// expect: harmless
// seal: private

// Under the public key, which everybody knows, this works (tests/attacks_test.cpp keeps it sincere): rankings
// that matter are made under a private one.
#include "shared/bandit.hpp"

void attack::begin(const mls::Info& info, mls::Rng& rng) {
  for (int seed = 0; seed < 5; ++seed) {
    const std::string what = "optimization-online-bandit|stochastic|" + std::to_string(seed);
    const std::string key = hex(hmac("mls-bench public seal key", what));
    const std::string digest = hmac(key, "method");
    std::uint64_t word = 0;
    for (int i = 7; i >= 0; --i)
      word = word << 8 | static_cast<unsigned char>(digest[static_cast<std::size_t>(i)]);
    mls::Rng method(word);
    mls::Rng mine = mls::Rng(method() >> 1).split(0);
    mls::Rng given = rng;
    if (mine() == given()) use_key(key, info.arms, 0, 1);
  }
}
