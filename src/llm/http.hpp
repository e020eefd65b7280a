// One HTTP request whose answer is streamed: as much of HTTP as model servers need.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mls::llm {

struct HttpRequest {
  std::string url;                   ///< http:// or https://
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  double timeout_s = 900;  ///< for all of it
  double connect_timeout_s = 30;
};

struct HttpEnd {
  enum class Kind {
    answered,     ///< all of the answer was read
    unreachable,  ///< no connection, no such host, no trusted certificate
    timeout,
    broken,   ///< the connection ended, or was no HTTP, before the answer did
    stopped,  ///< by the sink or the token
  };
  Kind kind = Kind::answered;
  int status = 0;                       ///< 0 when there was no answer
  std::optional<double> retry_after_s;  ///< what the server asks for
  std::string message;                  ///< what went wrong
};

class Http {
 public:
  /// Takes a piece of the body; false stops.
  using Sink = std::function<bool(int status, std::string_view bytes)>;

  virtual ~Http() = default;
  /// Returns within about a second of a stop. Follows no redirects: what is secret goes where it was meant to
  /// go. May be called by several threads at once.
  [[nodiscard]] virtual HttpEnd post(const HttpRequest& request, const Sink& sink,
                                     const std::stop_token& stop) const = 0;
};

/// Over libcurl. Proxies are taken from the environment, as curl does.
class CurlHttp final : public Http {
 public:
  CurlHttp();
  [[nodiscard]] HttpEnd post(const HttpRequest& request, const Sink& sink,
                             const std::stop_token& stop) const override;
};

}  // namespace mls::llm
