// Protocol `oracle`, judge's side: the host asks, the judge answers and keeps the account. Host's side:
// host/oracle.hpp.
//
// On the wire: the host sends one request (kind = name of the operation); the judge replies `answer` or, when
// the account does not allow the cost, `exhausted`, each with the integer `remaining`. The host ends the
// conversation with `finish`, answered by `finished`.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "judge/task.hpp"

namespace mls::judge {

/// Budget of one conversation, in units of the task's choice. Only the judge ever charges it.
class Ledger {
 public:
  explicit Ledger(std::int64_t budget) : remaining_(budget) {}
  /// Takes `cost` >= 0 when that much is left; otherwise takes nothing and returns false.
  [[nodiscard]] bool charge(std::int64_t cost) {
    if (cost < 0 || cost > remaining_) return false;
    remaining_ -= cost;
    return true;
  }
  [[nodiscard]] std::int64_t remaining() const { return remaining_; }

 private:
  std::int64_t remaining_;
};

/// One thing the host may ask for. Both functions get the request unchecked and throw ProtocolError or
/// Violation for anything malformed (message.hpp's getters do).
struct Operation {
  std::string kind;
  std::function<std::int64_t(const Message& request)> cost;
  /// Adds the answer's fields. Tensors added as views must live until the next request.
  std::function<void(const Message& request, Message& answer)> answer;
};

/// Serves requests until the host sends `finish`. An unknown kind is a protocol violation that lists the
/// known ones.
void serve(HostLink& host, Ledger& ledger, std::span<const Operation> operations);

}  // namespace mls::judge
