#include "sandbox/send_descriptors.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sandbox/descriptor.hpp"

namespace mls::sandbox {
namespace {

class SendDescriptors : public ::testing::Test {
 protected:
  SendDescriptors() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    here_ = Descriptor(ends[0]);
    there_ = Descriptor(ends[1]);
  }

  /// The text that came; the descriptors are in received_.
  std::string receive() {
    std::array<char, 64> text{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec part{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(there_.get(), &message, MSG_CMSG_CLOEXEC);
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
      std::vector<int> numbers((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      std::memcpy(numbers.data(), CMSG_DATA(header), numbers.size() * sizeof(int));
      for (const int number : numbers) received_.emplace_back(number);
    }
    return {text.data(), static_cast<std::size_t>(count)};
  }

  Descriptor here_;
  Descriptor there_;
  std::vector<Descriptor> received_;
};

TEST_F(SendDescriptors, TheyArriveInOrderWithTheText) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const Descriptor out(pipe[0]);
  const Descriptor in(pipe[1]);
  ASSERT_TRUE(send_descriptors(here_.get(), "two", pipe));
  EXPECT_EQ(receive(), "two");
  ASSERT_EQ(received_.size(), 2U);
  ASSERT_EQ(::write(received_[1].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(received_[0].get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
}

TEST_F(SendDescriptors, SaysWhenNobodyIsThere) {
  const std::array own{here_.get()};
  there_.reset();
  EXPECT_FALSE(send_descriptors(here_.get(), "x", own));  // and no signal ends us
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(SendDescriptors, SaysWhenThereAreTooMany) {
  const std::vector<int> many(1000, here_.get());
  EXPECT_FALSE(send_descriptors(here_.get(), "x", many));
}

}  // namespace
}  // namespace mls::sandbox
