#include "host/oracle.hpp"

namespace mls::host {

const Message* OracleClient::ask() {
  judge_.send(request_);
  const Message& reply = judge_.receive();
  remaining_ = reply.integer("remaining");
  if (reply.kind() == "answer") return &reply;
  exhausted_ = true;
  return nullptr;
}

void OracleClient::finish() { (void)judge_.ask(request("finish"), "finished"); }

}  // namespace mls::host
