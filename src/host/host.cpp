#include "host/host.hpp"

#include <string>

namespace mls::host {

const Message& JudgeLink::expect(std::string_view kind) {
  const Message& message = channel_.receive();
  if (message.kind() != kind) {
    throw ProtocolError("the judge sent '" + message.kind() + "' where the scaffold expects '" +
                        std::string(kind) + "'");
  }
  return message;
}

const Message& JudgeLink::ask(const Message& request, std::string_view reply_kind) {
  send(request);
  return expect(reply_kind);
}

}  // namespace mls::host
