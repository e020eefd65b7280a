// A server on loopback that says something to each client and then whatever the client says.
#pragma once

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio.hpp>

namespace mls::trial {

class LoopbackHost {
 public:
  explicit LoopbackHost(std::string greeting = "") : greeting_(std::move(greeting)) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        boost::asio::ip::tcp::socket client(io_);
        boost::system::error_code failure;
        acceptor_.accept(client, failure);  // NOLINT(bugprone-unused-return-value): the same error
        if (failure) return;
        serve(client);
      }
    });
  }
  ~LoopbackHost() {
    thread_.request_stop();
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  LoopbackHost(const LoopbackHost&) = delete;
  LoopbackHost& operator=(const LoopbackHost&) = delete;
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::string at(const char* name) const { return fmt::format("{}:{}", name, port()); }

 private:
  /// Greets, then sends back whatever comes.
  void serve(boost::asio::ip::tcp::socket& client) const {
    boost::system::error_code failure;
    boost::asio::write(client, boost::asio::buffer(greeting_), failure);
    std::array<char, 4096> chunk{};
    while (!failure) {
      const std::size_t size = client.read_some(boost::asio::buffer(chunk), failure);
      if (failure) break;
      boost::asio::write(client, boost::asio::buffer(chunk, size), failure);
      // As a server that was told to close.
      if (std::string_view(chunk.data(), size).find("Connection: close") != std::string_view::npos) break;
    }
  }

  std::string greeting_;
  mutable boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{
      io_, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::jthread thread_;
};

}  // namespace mls::trial
