#include "core/channel.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

namespace mls {
namespace {

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0); }
  std::array<int, 2> ends{};
};

TEST(Channel, CarriesSmallAndLargeMessagesInOrder) {
  const Pair pair;
  Channel left(pair.ends[0], {});
  std::thread peer([fd = pair.ends[1]] {
    Channel right(fd, {});
    std::vector<double> copy;
    for (int i = 0; i < 3; ++i) {
      const Message& in = right.receive();
      const auto values = in.values<double>("v");
      copy.assign(values.begin(), values.end());
      right.send(Message("echo").set("i", in.integer("i")).add("v", copy));
    }
  });
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, std::size_t{3'000'000}}) {
    std::vector<double> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<double>(i);
    left.send(Message("ping").set("i", static_cast<std::int64_t>(size)).add("v", values));
    const Message& reply = left.receive();
    EXPECT_EQ(reply.integer("i"), static_cast<std::int64_t>(size));
    const auto back = reply.values<double>("v", {static_cast<std::int64_t>(size)});
    EXPECT_TRUE(std::equal(back.begin(), back.end(), values.begin(), values.end()));
  }
  peer.join();
}

TEST(Channel, MessagesSentTogetherArriveApart) {
  const Pair pair;
  Channel left(pair.ends[0], {});
  Channel right(pair.ends[1], {});
  const std::vector<std::uint8_t> odd{1, 2, 3};
  for (int i = 0; i < 5; ++i) left.send(Message("m").set("i", i).add("odd", odd));
  for (int i = 0; i < 5; ++i) {
    const Message& message = right.receive();
    EXPECT_EQ(message.integer("i"), i);
    EXPECT_EQ(message.values<std::uint8_t>("odd")[2], 3);
  }
}

TEST(Channel, SaysWhenTheOtherSideIsGone) {
  const Pair pair;
  Channel left(pair.ends[0], {});
  ::close(pair.ends[1]);
  EXPECT_THROW(left.receive(), ChannelClosed);
  EXPECT_THROW(left.send(Message("m")), ChannelClosed);
}

TEST(Channel, HalfAMessageIsAClosedChannel) {
  const Pair pair;
  Channel left(pair.ends[0], {});
  const std::string frame = encode(Message("hello").set("x", 1.5));
  ASSERT_EQ(::write(pair.ends[1], frame.data(), frame.size() / 2), static_cast<ssize_t>(frame.size() / 2));
  ::close(pair.ends[1]);
  EXPECT_THROW(left.receive(), ChannelClosed);
}

TEST(Channel, WaitingHasABudget) {
  const Pair pair;
  Channel left(pair.ends[0], {.wait_budget_s = 0.05});
  EXPECT_THROW(left.receive(), ChannelTimeout);
  EXPECT_GE(left.waited_s(), 0.05);
  // A peer that never reads must not block us for ever either.
  Channel writer(::dup(pair.ends[1]), {.wait_budget_s = 0.05});
  const std::vector<double> big(4'000'000);
  EXPECT_THROW(writer.send(Message("flood").add("v", big)), ChannelTimeout);
  ::close(pair.ends[1]);
}

TEST(Channel, RefusesOversizedAnnouncements) {
  const Pair pair;
  Channel left(pair.ends[0], {.max_payload = 1024});
  Channel right(pair.ends[1], {});
  const std::vector<double> big(1000);
  right.send(Message("m").add("v", big));
  EXPECT_THROW(left.receive(), ProtocolError);
}

TEST(Channel, RefusesFloods) {
  const Pair pair;
  Channel few(pair.ends[0], {.max_messages = 2});
  Channel right(pair.ends[1], {});
  for (int i = 0; i < 3; ++i) right.send(Message("m"));
  (void)few.receive();
  (void)few.receive();
  EXPECT_THROW(few.receive(), ProtocolError);
}

TEST(Channel, RefusesTooManyBytes) {
  const Pair pair;
  Channel little(pair.ends[0], {.max_bytes = 20'000});
  Channel right(pair.ends[1], {});
  const std::vector<double> values(1000);
  for (int i = 0; i < 3; ++i) right.send(Message("m").add("v", values));
  (void)little.receive();
  (void)little.receive();
  EXPECT_THROW(little.receive(), ProtocolError);
}

TEST(Channel, RefusesGarbage) {
  const Pair pair;
  Channel left(pair.ends[0], {});
  const std::string garbage(64, 'x');
  ASSERT_EQ(::write(pair.ends[1], garbage.data(), garbage.size()), static_cast<ssize_t>(garbage.size()));
  EXPECT_THROW(left.receive(), ProtocolError);
  ::close(pair.ends[1]);
}

}  // namespace
}  // namespace mls
