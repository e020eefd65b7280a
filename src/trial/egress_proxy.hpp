// The way out of a sandbox that has no network: an HTTP proxy that connects to listed destinations and to
// nothing else.
//
// Theory of operation: the proxy runs in this process, outside the sandbox, and resolves names there. Its
// listening socket is made inside, on the loopback of the sandbox's own network namespace, and handed out
// through `sandbox_end()` before the sandboxed program starts (mls-desk listen); sockets stay in the
// namespace that they were made in. So there is no helper inside that could be killed or exchanged, and
// nothing that the program could talk to but the proxy. It asks for a destination with CONNECT, or with an
// absolute http:// target, and gets it when the destination is, letter by letter, a listed one. What goes
// through a granted connection is not looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

/// Where one may connect to.
struct Destination {
  std::string host;  ///< lower case: a name, an IPv4 address, or an IPv6 address in brackets
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;  ///< "api.anthropic.com:443"
  /// Throws bad_input saying what is wrong.
  static Destination from_text(std::string_view text);
};

/// Whether an IP address means something on the internet, rather than this machine, its surroundings or a
/// wrapping of such an address.
[[nodiscard]] bool is_public_address(const std::string& address);

class EgressProxy {
 public:
  /// Called from a thread of the proxy for a refused destination: at most `max_reported` times, once for
  /// each.
  using Refused = std::function<void(const std::string& destination, const std::string& why)>;

  static constexpr int max_connections = 32;  ///< at a time; further ones get an answer that says so
  static constexpr std::size_t max_reported = 100;

  /// Resolves the names once: what this machine's resolver says now may be a private address (a model server
  /// next door), what it says later may be that address or a public one. Throws bad_input for a name that
  /// cannot be resolved, infrastructure when the machine has no sockets left.
  EgressProxy(const std::vector<Destination>& destinations, Refused refused);
  /// Ends all connections.
  ~EgressProxy();
  EgressProxy(const EgressProxy&) = delete;
  EgressProxy& operator=(const EgressProxy&) = delete;

  /// One end of a socket pair: the first message on it is to carry a listening TCP socket.
  [[nodiscard]] int sandbox_end() const;
  /// {"destinations": [{"destination", "connections", "sent", "received"}], "refused"}; sizes in bytes.
  [[nodiscard]] Json traffic() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace mls::trial
