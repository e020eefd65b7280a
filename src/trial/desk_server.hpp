// Lines over a Unix socket: one request a line, one answer a line, any number of connections.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <thread>

#include "sandbox/descriptor.hpp"

namespace mls::trial {

class DeskServer {
 public:
  /// Called with one line, without its newline, from as many threads as there are connections; must not
  /// throw.
  using Answer = std::function<std::string(std::string_view line)>;

  static constexpr std::size_t max_line_bytes = std::size_t{1} << 20;
  static constexpr int max_connections = 16;

  /// Listens at `socket` (what is there already is replaced; its path may be longer than the kernel takes).
  /// Longer lines end their connection with an answer that `too_long` gives; connections beyond the limit are
  /// closed at once. Throws infrastructure.
  DeskServer(const std::filesystem::path& socket, Answer answer, std::string too_long);
  /// Accepts nothing more and waits for the answers that are under way.
  ~DeskServer();
  DeskServer(const DeskServer&) = delete;
  DeskServer& operator=(const DeskServer&) = delete;

 private:
  struct Connection {
    sandbox::Descriptor socket;
    std::atomic<bool> done = false;
    std::jthread thread;
  };

  void accept_all();
  void serve(const Connection& connection) const;
  /// False when the server closes or waiting fails.
  [[nodiscard]] bool wait_for(int fd) const;

  std::filesystem::path path_;
  Answer answer_;
  std::string too_long_;
  sandbox::Descriptor listener_;
  sandbox::Descriptor closing_;  // becomes readable, and stays so, when the server closes
  std::list<Connection> connections_;
  std::jthread acceptor_;
};

}  // namespace mls::trial
