// For tests of what a judge asks: a host whose replies lie in the socket before they are asked for.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "core/channel.hpp"
#include "judge/task.hpp"

namespace mls::judge {

class HostAhead : public ::testing::Test {
 private:
  static std::array<int, 2> connected_pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    return ends;
  }

  std::array<int, 2> ends_ = connected_pair();

 protected:
  Channel host_{ends_[1], {}};
  HostLink link_{Channel(ends_[0], {.wait_budget_s = 10})};
};

}  // namespace mls::judge
