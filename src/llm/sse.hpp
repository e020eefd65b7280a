// Server-sent events (the WHATWG HTML standard, "Server-sent events"): what servers stream answers as.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mls::llm {

struct ServerEvent {
  std::string name;  ///< "message" where the server names none
  std::string data;  ///< lines joined by '\n'
};

/// Takes a stream in pieces of any size. Total: what is no event is skipped.
class EventStream {
 public:
  using Sink = std::function<void(const ServerEvent&)>;

  /// Events of more than `max_bytes` throw infrastructure: memory stays bounded.
  explicit EventStream(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Calls `sink` for each event that is complete; what it throws is passed on, and ends this stream.
  void take(std::string_view bytes, const Sink& sink);

 private:
  void end_line(const Sink& sink);
  void field(std::string_view name, std::string_view value);

  std::size_t max_bytes_;
  std::string line_;
  bool after_return_ = false;  // a '\n' now belongs to the '\r' before
  bool first_line_ = true;
  ServerEvent event_;
  bool has_data_ = false;
};

}  // namespace mls::llm
