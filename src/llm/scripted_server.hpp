// For tests: a model server on this machine that says what a script tells it to, in either wire format, and
// misbehaves on demand.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/json.hpp"

namespace mls::llm {

/// What a model says in one answer.
struct Says {
  std::string text = {};
  struct Call {
    std::string id;
    std::string name;
    std::string arguments;  ///< sent as it is, JSON or not
  };
  std::vector<Call> calls = {};
  std::string reasoning = {};
  std::string stop = {};  ///< in the words of the format; the ordinary one when empty
  Json usage = nullptr;   ///< in the words of the format; a plausible one when null
};

inline std::string event_text(const std::string& name, const Json& data) {
  const std::string line = "data: " + data.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n\n";
  return name.empty() ? line : "event: " + name + "\n" + line;
}

inline std::string openai_stream(const Says& says) {
  const auto chunk = [](const Json& delta, const Json& finish = nullptr) {
    return event_text("", {{"id", "chatcmpl-1"},
                           {"object", "chat.completion.chunk"},
                           {"model", "scripted-1"},
                           {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}},
                           {"usage", nullptr}});
  };
  std::string stream = chunk({{"role", "assistant"}, {"content", ""}});
  if (!says.reasoning.empty()) stream += chunk({{"reasoning_content", says.reasoning}});
  if (!says.text.empty()) stream += chunk({{"content", says.text}});
  for (std::size_t i = 0; i < says.calls.size(); ++i) {
    const auto& call = says.calls[i];
    stream += chunk({{"tool_calls",
                      {{{"index", i},
                        {"id", call.id},
                        {"type", "function"},
                        {"function", {{"name", call.name}, {"arguments", ""}}}}}}});
    const std::size_t half = call.arguments.size() / 2;
    for (const auto& part : {call.arguments.substr(0, half), call.arguments.substr(half)})
      stream += chunk({{"tool_calls", {{{"index", i}, {"function", {{"arguments", part}}}}}}});
  }
  stream += chunk(Json::object(),
                  says.stop.empty() ? Json(says.calls.empty() ? "stop" : "tool_calls") : Json(says.stop));
  const Json usage = says.usage.is_null()
                         ? Json{{"prompt_tokens", 3000}, {"completion_tokens", 100}, {"total_tokens", 3100}}
                         : says.usage;
  return stream + event_text("", {{"choices", Json::array()}, {"usage", usage}}) + "data: [DONE]\n\n";
}

inline std::string anthropic_stream(const Says& says) {
  std::string stream;
  int index = 0;
  const auto block = [&](const Json& start, const std::vector<Json>& deltas) {
    stream += event_text("content_block_start",
                         {{"type", "content_block_start"}, {"index", index}, {"content_block", start}});
    for (const Json& delta : deltas) {
      stream += event_text("content_block_delta",
                           {{"type", "content_block_delta"}, {"index", index}, {"delta", delta}});
    }
    stream += event_text("content_block_stop", {{"type", "content_block_stop"}, {"index", index++}});
  };
  const Json usage = says.usage.is_null() ? Json{{"input_tokens", 3000}, {"output_tokens", 100}} : says.usage;
  stream += event_text("message_start", {{"type", "message_start"},
                                         {"message",
                                          {{"id", "msg_1"},
                                           {"role", "assistant"},
                                           {"model", "scripted-1"},
                                           {"content", Json::array()},
                                           {"usage", usage}}}});
  stream += event_text("ping", {{"type", "ping"}});
  if (!says.reasoning.empty()) {
    block({{"type", "thinking"}, {"thinking", ""}},
          {{{"type", "thinking_delta"}, {"thinking", says.reasoning}},
           {{"type", "signature_delta"}, {"signature", "signed=="}}});
  }
  if (!says.text.empty())
    block({{"type", "text"}, {"text", ""}}, {{{"type", "text_delta"}, {"text", says.text}}});
  for (const auto& call : says.calls) {
    const std::size_t half = call.arguments.size() / 2;
    block({{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", Json::object()}},
          {{{"type", "input_json_delta"}, {"partial_json", call.arguments.substr(0, half)}},
           {{"type", "input_json_delta"}, {"partial_json", call.arguments.substr(half)}}});
  }
  const std::string stop =
      says.stop.empty() ? std::string(says.calls.empty() ? "end_turn" : "tool_use") : says.stop;
  stream +=
      event_text("message_delta", {{"type", "message_delta"},
                                   {"delta", {{"stop_reason", stop}}},
                                   {"usage", {{"output_tokens", usage.value("output_tokens", Json(100))}}}});
  return stream + event_text("message_stop", {{"type", "message_stop"}});
}

inline std::string stream_of(const std::string& api, const Says& says) {
  return api == "anthropic" ? anthropic_stream(says) : openai_stream(says);
}

/// One answer to one request.
struct Answer {
  int status = 200;
  std::vector<std::string> headers = {};  ///< further ones
  std::string body = {};
  std::size_t piece = 0;  ///< bytes sent at a time; all at once when 0
  double delay_s = 0;     ///< before the body
  double pause_s = 0;     ///< after the body, before its end
  bool cut = false;       ///< hangs up instead of ending the answer
  bool endless = false;   ///< sends the body again and again until the client leaves
};

class ScriptedServer {
 public:
  struct Request {
    std::string head;  ///< request line and headers
    std::string body;
    [[nodiscard]] Json json() const { return Json::parse(body); }
  };

  explicit ScriptedServer(std::vector<Answer> script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
      throw std::runtime_error("the scripted server cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
  }

  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
    }
    connections_.clear();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

  [[nodiscard]] std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    for (;;) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      const std::scoped_lock lock(mutex_);
      open_.push_back(connection);
      connections_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    Request request;
    if (read(connection, request)) answer(connection, next(std::move(request)));
    const std::scoped_lock lock(mutex_);
    open_.remove(connection);
    ::close(connection);
  }

  Answer next(Request request) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(std::move(request));
    if (requests_.size() <= script_.size()) return script_[requests_.size() - 1];
    Answer over;
    over.status = 500;
    over.body = "the script is over";
    return over;
  }

  static bool read(int connection, Request& request) {
    std::string bytes;
    std::size_t wanted = std::string::npos;
    std::size_t head = std::string::npos;
    char buffer[4096];
    while (bytes.size() < wanted) {
      const ssize_t count = ::recv(connection, buffer, sizeof(buffer), 0);
      if (count <= 0) return false;
      bytes.append(buffer, static_cast<std::size_t>(count));
      if (head != std::string::npos) continue;
      head = bytes.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t length = bytes.find("Content-Length: ");
      wanted = head + 4 + (length < head ? std::stoul(bytes.substr(length + 16)) : 0);
    }
    request.head = bytes.substr(0, head);
    request.body = bytes.substr(head + 4);
    return true;
  }

  static bool send(int connection, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t count = ::send(connection, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (count <= 0) return false;
      at += static_cast<std::size_t>(count);
    }
    return true;
  }

  static bool send_chunk(int connection, const std::string& bytes) {
    char size[32];
    std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
    return send(connection, size + bytes + "\r\n");
  }

  void answer(int connection, const Answer& answer) {
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n";
    for (const std::string& header : answer.headers) head += header + "\r\n";
    head += "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    if (!send(connection, head) || !wait(connection, answer.delay_s)) return;
    const std::size_t piece = answer.piece > 0 ? answer.piece : std::max<std::size_t>(answer.body.size(), 1);
    do {
      for (std::size_t at = 0; at < answer.body.size(); at += piece) {
        if (!send_chunk(connection, answer.body.substr(at, piece))) return;
      }
    } while (answer.endless);
    if (!wait(connection, answer.pause_s)) return;
    if (!answer.cut) (void)send(connection, "0\r\n\r\n");
  }

  /// False when the client, or the server's end, comes before the time is up.
  static bool wait(int connection, double seconds) {
    if (seconds <= 0) return true;
    timeval time{static_cast<time_t>(seconds),
                 static_cast<suseconds_t>(1e6 * (seconds - std::floor(seconds)))};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    char byte = 0;
    return ::recv(connection, &byte, 1, 0) < 0;
  }

  std::vector<Answer> script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::list<int> open_;
  std::list<std::jthread> connections_;
  std::jthread acceptor_;
};

}  // namespace mls::llm
