#include "trial/line_channel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace mls::trial {
namespace {

using Event = LineChannel::Event;

class Channel : public ::testing::Test {
 protected:
  Channel() {
    EXPECT_EQ(::pipe2(to_.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(from_.data(), O_CLOEXEC), 0);
  }
  ~Channel() override {
    for (const int fd : {to_[0], to_[1], from_[0], from_[1]}) ::close(fd);
  }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(to_[1], bytes.data(), bytes.size());
      ASSERT_GT(count, 0);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void close_input() { ::close(std::exchange(to_[1], -1)); }
  void close_output() { ::close(std::exchange(from_[0], -1)); }

  std::array<int, 2> to_{};
  std::array<int, 2> from_{};
};

TEST_F(Channel, LinesComeWhole) {
  LineChannel channel(to_[0], from_[1]);
  send("one\r\n\n\ntwo\nthr");
  EXPECT_EQ(channel.wait({}), Event::line);
  EXPECT_EQ(channel.line(), "one");
  EXPECT_EQ(channel.wait({}), Event::line);
  EXPECT_EQ(channel.line(), "two");
  EXPECT_EQ(channel.wait(std::chrono::steady_clock::now()), Event::late);
  send("ee\n");
  EXPECT_EQ(channel.wait({}), Event::line);
  EXPECT_EQ(channel.line(), "three");
  send("torn");
  close_input();
  EXPECT_EQ(channel.wait({}), Event::closed);
  EXPECT_EQ(channel.wait({}), Event::closed);
}

TEST_F(Channel, LinesThatAreTooLongAreSkippedAndNotKept) {
  LineChannel channel(to_[0], from_[1]);
  std::jthread sender([&] {
    const std::string part(1 << 20, 'x');
    for (int i = 0; i < 20; ++i) send(part);
    send("\nafter\n" + std::string(LineChannel::max_line_bytes, 'y') + "\n" +
         std::string(LineChannel::max_line_bytes + 1, 'z') + "\n");
  });
  EXPECT_EQ(channel.wait({}), Event::too_long);
  EXPECT_EQ(channel.wait({}), Event::line);
  EXPECT_EQ(channel.line(), "after");
  EXPECT_EQ(channel.wait({}), Event::line);
  EXPECT_EQ(channel.line().size(), LineChannel::max_line_bytes);
  EXPECT_EQ(channel.wait({}), Event::too_long);
}

TEST_F(Channel, IsWokenAndHungUpByOthers) {
  LineChannel channel(to_[0], from_[1]);
  channel.wake();
  channel.wake();
  EXPECT_EQ(channel.wait({}), Event::woken);
  std::jthread other([&] { channel.wake(); });
  EXPECT_EQ(channel.wait({}), Event::woken);
  std::jthread third([&] { channel.hang_up(); });
  EXPECT_EQ(channel.wait({}), Event::closed);
  send("more\n");
  EXPECT_EQ(channel.wait({}), Event::closed);
}

TEST_F(Channel, WritesLongLinesWholeAndWakingDoesNotCutThem) {
  LineChannel channel(to_[0], from_[1]);
  const std::string line(300'000, 'w');
  std::string read;
  std::jthread reader([&] {
    std::array<char, 4096> chunk{};
    while (read.size() < line.size() + 1) {
      const ssize_t count = ::read(from_[0], chunk.data(), chunk.size());
      if (count <= 0) return;
      read.append(chunk.data(), static_cast<std::size_t>(count));
      channel.wake();
    }
  });
  channel.write(line);
  reader.join();
  EXPECT_EQ(read, line + "\n");
}

TEST_F(Channel, ClosesWhenNobodyListensAnyMore) {
  LineChannel channel(to_[0], from_[1]);
  close_output();
  ::signal(SIGPIPE, SIG_IGN);
  channel.write("lost");
  EXPECT_EQ(channel.wait({}), Event::closed);
}

TEST_F(Channel, AReaderThatHangsDoesNotHoldItUp) {
  LineChannel channel(to_[0], from_[1]);
  std::jthread other([&] { channel.hang_up(); });
  channel.write(std::string(1 << 20, 'w'));
  EXPECT_EQ(channel.wait({}), Event::closed);
}

}  // namespace
}  // namespace mls::trial
