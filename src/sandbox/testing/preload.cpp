// What zygote_test preloads in place of libtorch. With BROKEN in the environment it fails.
#include <cstdlib>
#include <stdexcept>

#include "sandbox/testing/preloaded.hpp"
#include "sandbox/zygote.hpp"

namespace mls::sandbox {

int testing::preloads = 0;
int testing::runs = 0;
int testing::visits = 0;

void preload() {
  if (std::getenv("BROKEN") != nullptr) throw std::runtime_error("the library is broken\nsecond line");
  ++testing::preloads;
}

void begin_run(bool) { ++testing::runs; }

}  // namespace mls::sandbox
