// core/channel.hpp: whatever arrives on a socket is a sequence of messages, an error, or an end; before an
// error or an end, all messages that were complete.
#include "core/channel.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_channel(std::string_view bytes) {
  std::array<int, 2> ends{};
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "sockets can be made");
  Channel channel(ends[0], {.max_payload = std::size_t{1} << 30, .wait_budget_s = 10});
  // What does not fit into the socket's buffer is as good as never sent.
  (void)!::send(ends[1], bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  ::close(ends[1]);
  try {
    while (true) (void)channel.receive();
  } catch (const ProtocolError&) {
  } catch (const ChannelClosed&) {
  }
}

}  // namespace mls::fuzz
