// Asks a model server until it answers: retries, waits, limits, and what is believed of an answer.
//
// Theory of operation: one request is sent and its stream read to the end, bounded in bytes and time. What
// may pass by itself (no connection, a cut stream, too many requests, faults of the server) is tried again
// after a wait that doubles from attempt to attempt, is spread at random so that many trials do not come back
// at once, and is at least what the server asks for. The key is taken from the environment when the client is
// made; wherever it comes back from the server, in an answer or a message of error, it is replaced before
// anything else sees it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "llm/http.hpp"
#include "llm/redact.hpp"
#include "llm/usage.hpp"
#include "llm/wire.hpp"

namespace mls::llm {

/// How long to try.
struct Patience {
  double request_s = 900;  ///< for one attempt, all of it
  int retries = 8;
  double first_wait_s = 1;  ///< then twice as long, and so on
  double longest_wait_s = 60;
};
/// Before retry number `retry` (from 0): between half and all of the doubled wait, by `chance` in [0, 1), but
/// no less than what the server asks for.
[[nodiscard]] double wait_s(const Patience& patience, int retry, double chance,
                            std::optional<double> asked_for);

/// An attempt that brought no answer.
struct Failure {
  std::string why;
  std::optional<double> wait_s;  ///< until the next one; none when there is none
  /// What it has cost all the same, where the server had reported tokens before.
  std::optional<Usage> usage;
  std::vector<std::string> doubts;  ///< about the usage
};

/// The value of an environment variable, empty for an empty name. Throws bad_input when it is not set, too
/// short to be told from ordinary text, or holds what cannot stand in a header.
[[nodiscard]] std::string key_from(const std::string& variable);

class ModelClient {
 public:
  using Wait = std::function<void(double seconds, const std::stop_token& stop)>;
  using Tell = std::function<void(const Failure&)>;

  /// `http` must live longer. `key` may be empty.
  ModelClient(ModelOptions options, Patience patience, std::string key, const Http& http,
              Wait wait = sleep_for);

  /// None when it was stopped before there was an answer. `tell` hears of every failed attempt before
  /// anything follows from it; of one that was stopped only when it has cost something. Throws ServerRefusal,
  /// and infrastructure when the server does not answer in spite of all patience. The ids of calls may be
  /// empty.
  [[nodiscard]] std::optional<Reply> ask(const Messages& messages, const std::vector<Tool>& tools,
                                         const std::stop_token& stop, const Tell& tell) const;

  static void sleep_for(double seconds, const std::stop_token& stop);

 private:
  struct Attempt;
  [[nodiscard]] Attempt attempt(const HttpRequest& request, const std::stop_token& stop) const;
  [[nodiscard]] Reply checked(ReplyReader& reader, std::size_t sent) const;
  [[nodiscard]] Traffic traffic(const ReplyReader& reader, std::size_t sent) const;
  [[nodiscard]] std::string said(const std::string& what) const;

  ModelOptions options_;
  Patience patience_;
  std::string key_;
  Redactor redact_;
  const Http& http_;
  Wait wait_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace mls::llm
