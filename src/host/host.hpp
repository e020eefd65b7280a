// What a task's scaffold.cpp is written against. This side is untrusted: nothing it says is believed without
// a check.
#pragma once

#include <string_view>

#include "core/channel.hpp"
#include "core/message.hpp"
#include "core/rng.hpp"

namespace mls::host {

/// The host's end of the conversation with the judge.
class JudgeLink {
 public:
  explicit JudgeLink(Channel channel) : channel_(std::move(channel)) {}
  void send(const Message& message) { channel_.send(message); }
  const Message& receive() { return channel_.receive(); }
  /// Throws ProtocolError when the next message is of another kind.
  const Message& expect(std::string_view kind);
  /// send + expect.
  const Message& ask(const Message& request, std::string_view reply_kind);

 private:
  Channel channel_;
};

/// Defined by each task's scaffold.cpp; called once by main() of the host. Returning ends the run regularly.
/// An exception that escapes is reported as the method's failure with its text.
void run_method(JudgeLink& judge);

}  // namespace mls::host
