// Protocol `oracle`, host's side: asks the judge, see judge/oracle.hpp for the wire.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/host.hpp"

namespace mls::host {

class OracleClient {
 public:
  OracleClient(JudgeLink& judge, std::int64_t budget) : judge_(judge), remaining_(budget) {}

  /// An empty request of this kind to be filled by the caller; it is re-used, so a loop allocates nothing.
  [[nodiscard]] Message& request(std::string_view kind) {
    request_.reset(kind);
    return request_;
  }
  /// Sends the request made last. The answer stays valid until the next call; nullptr = the budget does not
  /// allow it and nothing was charged.
  [[nodiscard]] const Message* ask();

  /// Units left, as the judge counts them.
  [[nodiscard]] std::int64_t remaining() const { return remaining_; }
  /// Has a request been refused?
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  /// Ends the conversation.
  void finish();

 private:
  JudgeLink& judge_;
  Message request_;
  std::int64_t remaining_;
  bool exhausted_ = false;
};

}  // namespace mls::host
