#include "llm/usage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mls::llm {
namespace {

constexpr std::int64_t bytes_per_token = 4;        // English and source code: 3 to 5
constexpr std::int64_t most_bytes_per_token = 32;  // runs of white space
constexpr std::int64_t hidden_tokens = 2048;       // servers add instructions of their own

std::int64_t believable_count(const char* what, const std::optional<std::int64_t>& claimed, std::size_t bytes,
                              std::int64_t most, std::vector<std::string>& doubts) {
  const std::int64_t least = static_cast<std::int64_t>(bytes) / most_bytes_per_token;
  if (claimed && *claimed >= least && *claimed <= most) return *claimed;
  const std::int64_t estimate = estimated_tokens(bytes);
  doubts.push_back(
      claimed ? fmt::format("{} {} tokens are claimed for {} bytes, {} to {} are possible; taken as {}",
                            *claimed, what, bytes, least, most, estimate)
              : fmt::format("the server does not tell its {} tokens; {} bytes are taken as {}", what, bytes,
                            estimate));
  return estimate;
}

/// Parts of the prompt.
std::int64_t believable_part(const char* what, const std::optional<std::int64_t>& claimed,
                             std::int64_t prompt, std::vector<std::string>& doubts) {
  if (!claimed) return 0;
  if (*claimed >= 0 && *claimed <= prompt) return *claimed;
  doubts.push_back(
      fmt::format("{} of {} prompt tokens are claimed to be {}; taken as 0", *claimed, prompt, what));
  return 0;
}

}  // namespace

double cost_usd(const Usage& usage, const Prices& prices) {
  const auto plain = static_cast<double>(usage.prompt - usage.cached - usage.cache_written);
  return (plain * prices.input + static_cast<double>(usage.cached) * prices.cached +
          static_cast<double>(usage.cache_written) * prices.cache_write +
          static_cast<double>(usage.completion) * prices.output) /
         1e6;
}

std::int64_t estimated_tokens(std::size_t bytes) {
  return (static_cast<std::int64_t>(bytes) + bytes_per_token - 1) / bytes_per_token;
}

Usage believable(const ClaimedUsage& claimed, const Traffic& traffic, std::vector<std::string>& doubts) {
  Usage usage;
  usage.prompt = believable_count("prompt", claimed.prompt, traffic.sent,
                                  static_cast<std::int64_t>(traffic.sent) + hidden_tokens, doubts);
  // Thoughts that are not shown count, too.
  const std::int64_t most =
      std::max<std::int64_t>(traffic.max_output_tokens, static_cast<std::int64_t>(traffic.received)) +
      hidden_tokens;
  usage.completion = believable_count("completion", claimed.completion, traffic.received, most, doubts);
  usage.cached = believable_part("cached", claimed.cached, usage.prompt, doubts);
  usage.cache_written =
      believable_part("written to a cache", claimed.cache_written, usage.prompt - usage.cached, doubts);
  return usage;
}

}  // namespace mls::llm
