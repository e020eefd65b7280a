#include "judge/oracle.hpp"

#include <algorithm>

namespace mls::judge {
namespace {

const Operation& find(std::span<const Operation> operations, const std::string& kind) {
  const auto found =
      std::find_if(operations.begin(), operations.end(), [&](const Operation& o) { return o.kind == kind; });
  if (found != operations.end()) return *found;
  std::string known = "finish";
  for (const Operation& operation : operations) known += ", " + operation.kind;
  throw protocol_violation("the host asked for '" + kind + "'; the oracle answers only: " + known);
}

}  // namespace

void serve(HostLink& host, Ledger& ledger, std::span<const Operation> operations) {
  Message reply;
  while (true) {
    const Message& request = host.receive();
    if (request.kind() == "finish") break;
    const Operation& operation = find(operations, request.kind());
    const bool paid = ledger.charge(operation.cost(request));
    reply.reset(paid ? "answer" : "exhausted");
    reply.set("remaining", ledger.remaining());
    if (paid) operation.answer(request, reply);
    host.send(reply);
  }
  host.send(Message("finished"));
}

}  // namespace mls::judge
