// Ctrl-C during long work.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <thread>

#include "cli/output.hpp"

namespace mls::cli {

/// While one of these lives, the first SIGINT, SIGTERM or SIGHUP becomes a stop request and the second ends
/// the process at once with exit code 130. One at a time.
class StopOnSignal {
 public:
  /// `say` tells people that it stops; on stderr unless somebody else writes there.
  explicit StopOnSignal(std::function<void(std::string_view)> say = cli::say);
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread listener_;
};

/// Has any stop been requested in this process? What fails afterwards failed because of it.
[[nodiscard]] bool stop_requested();

}  // namespace mls::cli
