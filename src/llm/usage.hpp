// What answers cost, by tokens that a server may be wrong about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "llm/chat.hpp"

namespace mls::llm {

/// US dollars per million tokens.
struct Prices {
  double input = 0;
  double output = 0;
  double cached = 0;       ///< of the prompt, read from a cache
  double cache_write = 0;  ///< of the prompt, written to a cache
};
[[nodiscard]] double cost_usd(const Usage& usage, const Prices& prices);

/// What is known of an exchange without asking the server.
struct Traffic {
  std::size_t sent = 0;      ///< bytes of the request
  std::size_t received = 0;  ///< bytes of text, thoughts and arguments in the answer
  int max_output_tokens = 0;
};

/// Tokens of a text that nobody has counted.
[[nodiscard]] std::int64_t estimated_tokens(std::size_t bytes);

/// The claim where it is possible: a token is at least a byte and at most a few dozen, answers are bounded by
/// what was asked for. What is missing or impossible is estimated from the traffic, and `doubts` says so.
[[nodiscard]] Usage believable(const ClaimedUsage& claimed, const Traffic& traffic,
                               std::vector<std::string>& doubts);

}  // namespace mls::llm
