// Hands descriptors to whoever has the other end of a socket. Needs nothing but the system, so that programs
// inside a sandbox can use it as well.
#pragma once

#include <sys/socket.h>

#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace mls::sandbox {

/// One message: `text`, which must not be empty, and copies of the descriptors. False, and errno says why,
/// when it cannot be sent whole: the other end is gone, or there are more descriptors than a message takes.
[[nodiscard]] inline bool send_descriptors(int socket, std::string_view text,
                                           std::span<const int> descriptors) {
  std::vector<char> space(CMSG_SPACE(descriptors.size_bytes()));
  iovec part{const_cast<char*>(text.data()), text.size()};  // NOLINT: sendmsg only reads
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace mls::sandbox
