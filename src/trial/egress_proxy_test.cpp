#include "trial/egress_proxy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include <boost/asio.hpp>

#include "core/error.hpp"
#include "sandbox/send_descriptors.hpp"
#include "trial/testing/loopback_host.hpp"

namespace mls::trial {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Destinations, AreHostAndPort) {
  for (const char* text :
       {"api.anthropic.com:443", "localhost:8080", "10.0.0.5:8000", "[2001:db8::1]:443", "llm_box:1"})
    EXPECT_EQ(Destination::from_text(text).text(), text);
  EXPECT_EQ(Destination::from_text("API.Example.com:443").host, "api.example.com");
  for (const char* text : {"", ":443", "api.example.com", "api.example.com:", "api.example.com:0",
                           "api.example.com:65536", "api.example.com:+443", "api.example.com:0443",
                           "https://api.example.com:443", "*.example.com:443", "a b:443", "user@host:443",
                           "[::1]", "[::1:443", "[nonsense]:443", "::1:443", "a/b:443", ".com:443", "-x:443"})
    EXPECT_NE(error_of([&] { (void)Destination::from_text(text); }).find("is no destination"),
              std::string::npos)
        << text;
}

TEST(Addresses, OfTheMachineAndItsSurroundingsAreNotPublic) {
  for (const char* address :
       {"1.1.1.1", "160.79.104.10", "172.15.0.1", "172.32.0.1", "2606:4700::1", "2a00::1"})
    EXPECT_TRUE(is_public_address(address)) << address;
  for (const char* address : {"127.0.0.1",
                              "127.9.9.9",
                              "0.0.0.0",
                              "0.1.2.3",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "::ffff:127.0.0.1",
                              "::127.0.0.1",
                              "fe80::1",
                              "fd00::1",
                              "ff02::1",
                              "64:ff9b::7f00:1",
                              "2002:7f00:1::",
                              "2001:0:7f00:1::"})
    EXPECT_FALSE(is_public_address(address)) << address;
}

/// As mls-desk does inside a sandbox; returns the port.
std::uint16_t hand_over_listener(int socket) {
  asio::io_context io;
  tcp::acceptor listener(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const int fd = listener.native_handle();
  EXPECT_TRUE(sandbox::send_descriptors(socket, std::string_view("\0", 1), {&fd, 1}));
  return listener.local_endpoint().port();
}

class Egress : public ::testing::Test {
 protected:
  void open(const std::vector<std::string>& destinations) {
    std::vector<Destination> parsed;
    parsed.reserve(destinations.size());
    for (const std::string& text : destinations) parsed.push_back(Destination::from_text(text));
    proxy_ =
        std::make_unique<EgressProxy>(parsed, [this](const std::string& destination, const std::string&) {
          const std::scoped_lock lock(mutex_);
          refused_.push_back(destination);
        });
    port_ = hand_over_listener(proxy_->sandbox_end());
  }

  tcp::socket connected() {
    tcp::socket socket(io_);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port_));
    return socket;
  }

  /// All that comes back, the client having said all it has to say.
  std::string said(const std::string& text) {
    tcp::socket socket = connected();
    boost::system::error_code failure;
    asio::write(socket, asio::buffer(text), failure);
    ::shutdown(socket.native_handle(), SHUT_WR);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), failure);
    return answer;
  }

  std::string asked_for(const std::string& target) {
    return said(fmt::format("CONNECT {} HTTP/1.1\r\nHost: x\r\n\r\nhello", target));
  }

  std::vector<std::string> refused() const {
    const std::scoped_lock lock(mutex_);
    return refused_;
  }

  asio::io_context io_;
  mutable std::mutex mutex_;
  std::vector<std::string> refused_;
  std::unique_ptr<EgressProxy> proxy_;
  std::uint16_t port_ = 0;
};

TEST_F(Egress, ConnectsToWhatIsListedAndCounts) {
  const LoopbackHost host("welcome ");
  open({host.at("localhost")});
  EXPECT_EQ(asked_for(host.at("localhost")), "HTTP/1.1 200 Connection established\r\n\r\nwelcome hello");
  EXPECT_EQ(asked_for(host.at("LocalHost")), "HTTP/1.1 200 Connection established\r\n\r\nwelcome hello");
  const Json traffic = proxy_->traffic();
  EXPECT_EQ(traffic.at("refused"), 0);
  EXPECT_EQ(
      traffic.at("destinations"),
      Json::array(
          {{{"destination", host.at("localhost")}, {"connections", 2}, {"sent", 10}, {"received", 26}}}));
}

TEST_F(Egress, CarriesMuchInBothDirections) {
  const LoopbackHost host;
  open({host.at("127.0.0.1")});
  tcp::socket socket = connected();
  asio::write(socket, asio::buffer(fmt::format("CONNECT {} HTTP/1.1\r\n\r\n", host.at("127.0.0.1"))));
  std::string head;
  asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n");
  std::string sent(3 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 + i / 4096);
  std::jthread writer([&] { asio::write(socket, asio::buffer(sent)); });
  std::string received(sent.size(), '\0');
  asio::read(socket, asio::buffer(received));
  EXPECT_TRUE(received == sent);
}

TEST_F(Egress, RefusesEverythingElse) {
  const LoopbackHost host;
  const LoopbackHost other;
  open({host.at("localhost")});
  const std::vector<std::string> targets{other.at("localhost"),
                                         host.at("127.0.0.1"),
                                         host.at("[::1]"),
                                         host.at("localhost."),
                                         host.at("localhost:443"),
                                         host.at("localhost") + "@evil.example:443",
                                         "evil.example:443@" + host.at("localhost"),
                                         host.at("localhost:0"),
                                         "localhost:443",
                                         "localhost",
                                         fmt::format("localhost:0{}", host.port()),
                                         fmt::format("localhost:{}", host.port() + 65536),
                                         "169.254.169.254:80",
                                         host.at("2130706433"),
                                         "http://" + host.at("localhost")};
  for (const std::string& target : targets) {
    const std::string answer = asked_for(target);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 Forbidden\r\n")) << target << answer;
    EXPECT_NE(answer.find("there are: " + host.at("localhost")), std::string::npos) << answer;
  }
  (void)asked_for(targets.front());
  EXPECT_EQ(refused(), targets) << "each once";
  EXPECT_EQ(proxy_->traffic().at("refused"), targets.size() + 1);
  EXPECT_EQ(proxy_->traffic().at("destinations")[0].at("connections"), 0);
}

TEST_F(Egress, ForwardsPlainRequestsToWhatIsListed) {
  const LoopbackHost host;
  open({host.at("localhost")});
  const std::string answer = said(fmt::format(
      "POST http://{}/v1/chat?x=1 HTTP/1.1\r\nHost: evil.example\r\nProxy-Connection: keep-alive\r\n"
      "Content-Length: 4\r\n\r\nbody",
      host.at("localhost")));
  EXPECT_TRUE(answer.starts_with("POST /v1/chat?x=1 HTTP/1.1\r\n")) << answer;
  EXPECT_NE(answer.find("Host: " + host.at("localhost") + "\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("evil.example"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("Proxy-Connection"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nbody")) << answer;

  for (const std::string& target :
       {std::string("http://evil.example/"), "http://evil.example/" + host.at("localhost"),
        "http://" + host.at("localhost") + "@evil.example/", "http://evil.example?" + host.at("localhost"),
        "http://evil.example#@" + host.at("localhost")}) {
    const std::string refusal =
        said(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host.at("localhost")));
    EXPECT_TRUE(refusal.starts_with("HTTP/1.1 403 ")) << target << refusal;
  }
}

TEST_F(Egress, WhatIsNoProxyRequestIsSaidToBeNone) {
  open({"localhost:1"});
  EXPECT_TRUE(said("GET / HTTP/1.1\r\nHost: localhost:1\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(said("\x16\x03\x01 hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(said("CONNECT a b HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(said("GET http://a/ HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  EXPECT_EQ(said(""), "");
  EXPECT_TRUE(asked_for("localhost:1").starts_with("HTTP/1.1 502 ")) << "nobody listens there";
}

TEST_F(Egress, RefusalsAreReportedUpToANumberAndASize) {
  open({"localhost:1"});
  for (std::size_t i = 0; i < EgressProxy::max_reported + 20; ++i)
    (void)asked_for(fmt::format("host-{}:443", i));
  EXPECT_EQ(refused().size(), EgressProxy::max_reported);
  EXPECT_EQ(proxy_->traffic().at("refused"), EgressProxy::max_reported + 20);
}

TEST_F(Egress, LongNamesAreCut) {
  open({"localhost:1"});
  (void)asked_for(std::string(5000, 'a') + ":443");
  ASSERT_EQ(refused().size(), 1U);
  EXPECT_LE(refused()[0].size(), 200U);
}

TEST_F(Egress, MoreConnectionsThanAreGrantedAreTold) {
  const LoopbackHost host;
  open({host.at("localhost")});
  std::vector<tcp::socket> idle;
  idle.reserve(EgressProxy::max_connections);
  for (int i = 0; i < EgressProxy::max_connections; ++i) idle.push_back(connected());
  EXPECT_TRUE(asked_for(host.at("localhost")).starts_with("HTTP/1.1 503 "));
  idle.clear();
  // They are seen to be gone a moment later.
  std::string answer;
  for (int i = 0; i < 500 && !answer.starts_with("HTTP/1.1 200 "); ++i)
    answer = asked_for(host.at("localhost"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(Egress, EndsWithWhatIsOpen) {
  const LoopbackHost host;
  open({host.at("localhost")});
  tcp::socket socket = connected();
  asio::write(socket, asio::buffer(fmt::format("CONNECT {} HTTP/1.1\r\n\r\n", host.at("localhost"))));
  std::string head;
  asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n");
  proxy_.reset();
  boost::system::error_code failure;
  std::string rest;
  asio::read(socket, asio::dynamic_buffer(rest), failure);
  EXPECT_EQ(rest, "");
  EXPECT_TRUE(failure);
  tcp::socket late(io_);
  // NOLINTNEXTLINE(bugprone-unused-return-value): the same error
  late.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port_), failure);
  EXPECT_TRUE(failure) << "nobody listens any more";
}

TEST_F(Egress, ANameThatNobodyKnowsIsAnErrorAtOnce) {
  EXPECT_NE(
      error_of([&] { open({"nobody-has-this-name.invalid:443"}); }).find("nobody-has-this-name.invalid:443"),
      std::string::npos);
}

TEST_F(Egress, EndsWithoutEverHavingListened) {
  const EgressProxy unused({Destination::from_text("localhost:1")}, [](const auto&, const auto&) {});
  EXPECT_EQ(unused.traffic().at("destinations")[0].at("connections"), 0);
}

}  // namespace
}  // namespace mls::trial
