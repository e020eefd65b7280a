// What one step of an environment gives. Environments are plain values: reset, step, observe. Time limits are
// not their business: see actors.hpp.
#pragma once

namespace mls::rl {

struct Outcome {
  double reward = 0;
  bool terminated = false;  ///< nothing can be earned from here on
};

}  // namespace mls::rl
