// What is common to the wire formats of model servers: a conversation goes out as JSON, an answer comes back
// as a stream of events.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "llm/chat.hpp"
#include "llm/sse.hpp"

namespace mls::llm {

/// What is asked of a server with every request.
struct ModelOptions {
  std::string api = {};                     ///< "openai" or "anthropic"
  std::string name = {};                    ///< of the model, as the server calls it
  std::string url = {};                     ///< base: the API's path is appended
  std::string reasoning_effort = {};        ///< passed on; empty: not sent
  std::optional<int> thinking_tokens = {};  ///< anthropic only
  std::optional<double> temperature = {};   ///< not sent when absent
  int max_output_tokens = 16384;            ///< of one answer
  bool return_reasoning = false;            ///< openai only: thoughts are sent back, as some servers demand
  Json extra = Json::object();              ///< further members of the request
  std::map<std::string, std::string> headers = {};  ///< further ones; no keys
};

/// The server says that it cannot or will not answer.
class ServerRefusal : public Error {
 public:
  enum class Kind {
    transient,  ///< overloaded, limits of rate, faults: worth another try
    too_long,   ///< the conversation does not fit into the model's context
    final,      ///< the key, the model's name, the request, the account: somebody must mend something
  };
  ServerRefusal(Kind kind, const std::string& message)
      : Error(kind == Kind::transient ? Fault::infrastructure : Fault::bad_input, message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};
/// Of the body of an answer with an error status (0 within a stream), or of what a stream says instead of
/// going on. Any bytes do.
[[nodiscard]] ServerRefusal refusal_of(int status, std::string_view body);

/// What is kept of one answer at most.
struct ReplyLimits {
  std::size_t bytes = std::size_t{1} << 20;  ///< of text, thoughts and arguments together
  std::size_t calls = 32;
  std::string secret = {};  ///< replaced wherever it appears
};
/// By what a model was asked for.
[[nodiscard]] ReplyLimits limits_for(int max_output_tokens);

/// An answer as it grows: what the readers of both formats fill.
class PartialReply {
 public:
  explicit PartialReply(ReplyLimits limits) : limits_(std::move(limits)) {}

  void add_text(std::string_view text) { append(text_, text); }
  void add_reasoning(std::string_view text) { append(reasoning_, text); }
  /// Its place, from 0; none when there are as many as are taken.
  std::optional<std::size_t> begin_call(const std::string& id, const std::string& name);
  void add_arguments(std::size_t call, std::string_view text) { append(calls_[call].arguments, text); }
  /// Whether a piece with this id may belong to the call.
  [[nodiscard]] bool may_be(std::size_t call, const std::string& id) const;
  /// Bytes taken so far.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// More was sent than is taken.
  [[nodiscard]] bool overflown() const { return overflown_; }

  ClaimedUsage claimed;
  std::string model;
  Reply::Stop stop = Reply::Stop::finished;

  /// The answer without blocks and usage. Refused ones have no calls.
  [[nodiscard]] Reply take();

 private:
  struct Call {
    std::string id;
    std::string name;
    std::string arguments;
  };
  void append(std::string& to, std::string_view text);

  ReplyLimits limits_;
  std::size_t bytes_ = 0;
  bool overflown_ = false;
  std::string text_;
  std::string reasoning_;
  std::vector<Call> calls_;
};

/// Reads one answer.
class ReplyReader {
 public:
  explicit ReplyReader(ReplyLimits limits) : partial_(std::move(limits)) {}
  virtual ~ReplyReader() = default;
  /// Throws ServerRefusal when that is what the event says, infrastructure when it is none of this format.
  virtual void take(const ServerEvent& event) = 0;
  /// Whether the server has said why the model stopped: else the stream was cut.
  [[nodiscard]] virtual bool complete() const = 0;
  /// Whether nothing more is to come: some servers keep the connection.
  [[nodiscard]] virtual bool over() const = 0;
  /// What there is; usage is as claimed() has it, nothing is checked yet.
  [[nodiscard]] virtual Reply reply() { return partial_.take(); }
  [[nodiscard]] const PartialReply& partial() const { return partial_; }

 protected:
  PartialReply& growing() { return partial_; }

 private:
  PartialReply partial_;
};

/// One format: both directions.
class Wire {
 public:
  virtual ~Wire() = default;
  [[nodiscard]] virtual std::string path() const = 0;  ///< after the base URL
  /// "Name: value", with the key (none when empty).
  [[nodiscard]] virtual std::vector<std::string> headers(const std::string& key) const = 0;
  /// Its `extra` members win over ours. `messages` begin with one of the system.
  [[nodiscard]] virtual Json request(const ModelOptions& options, const Messages& messages,
                                     const std::vector<Tool>& tools) const = 0;
  [[nodiscard]] virtual std::unique_ptr<ReplyReader> reader(ReplyLimits limits) const = 0;
};
/// `api` as in ModelOptions.
[[nodiscard]] std::unique_ptr<Wire> wire_named(const std::string& api);

/// A member of a JSON object that others wrote: null when `json` is no object or has none.
[[nodiscard]] const Json& member(const Json& json, const char* name);
/// A text, empty when it is none.
[[nodiscard]] std::string text_member(const Json& json, const char* name);
/// A count, absent when it is none.
[[nodiscard]] std::optional<std::int64_t> count_member(const Json& json, const char* name);

}  // namespace mls::llm
