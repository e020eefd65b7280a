// Sockets of tests that talk with programs inside sandboxes.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "sandbox/descriptor.hpp"

namespace mls::sandbox::testing {

inline std::array<Descriptor, 2> socket_pair() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

/// Whether the other end of a socket is closed everywhere within `ms`.
inline bool hangs_up(const Descriptor& socket, int ms) {
  pollfd watched{socket.get(), POLLRDHUP, 0};
  return ::poll(&watched, 1, ms) == 1;
}

}  // namespace mls::sandbox::testing
