// The expert balancing task without its scaffold: placements as messages.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/wire.hpp"

namespace attack {

/// Experts in turn over the slots, in every layer of every model: a placement that breaks no rule.
inline std::vector<std::int32_t> in_turn(const mls::Message& start) {
  const std::int64_t slots = start.integer("slots");
  std::vector<std::int32_t> experts(
      static_cast<std::size_t>(start.integer("models") * start.integer("layers") * slots));
  for (std::size_t i = 0; i < experts.size(); ++i) {
    const std::int64_t slot = static_cast<std::int64_t>(i) % slots;
    experts[i] = static_cast<std::int32_t>(slot % start.integer("experts"));
  }
  return experts;
}

inline void decide(mls::Channel& judge, const std::vector<std::int32_t>& experts) {
  mls::Message message("decision");
  message.add("choice", experts);
  judge.send(message);
}

}  // namespace attack
