// task: optimization-online-bandit
// route: macro redefinition
// tries: to open the scaffold's classes, to change what its headers mean, and to read the state of its
// generator
// expect: harmless

#include <cstring>

#define private public
#define protected public
#define final
#define arms choices
#define context_dim arms
#undef arms
#undef context_dim
#define assert(condition)
#define noexcept
#undef noexcept

#include "core/channel.hpp"
#include "host/host.hpp"
#include "host/rollout.hpp"
#include "shared/bandit.hpp"

void attack::begin(const mls::Info& info, mls::Rng& rng) {
  // It is its own generator, and says nothing of the judge's.
  char state[sizeof rng];
  std::memcpy(state, &rng, sizeof rng);
  examine({state, sizeof state}, info);
}
