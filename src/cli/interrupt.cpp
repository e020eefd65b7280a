#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "cli/output.hpp"
#include "cli/program.hpp"
#include "core/error.hpp"

namespace mls::cli {
namespace {

// A signal handler can reach nothing but statics.
std::atomic<int> wake_fd = -1;
std::atomic<int> signals_seen = 0;

constexpr std::array stopping_signals{SIGINT, SIGTERM, SIGHUP};

void on_signal(int) {
  const int saved = errno;
  if (signals_seen.fetch_add(1) > 0) ::_exit(exit_code::interrupted);
  const char byte = 's';
  [[maybe_unused]] const ssize_t written = ::write(wake_fd.load(), &byte, 1);
  errno = saved;
}

void handle_with(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : stopping_signals) ::sigaction(signal, &action, nullptr);
}

}  // namespace

StopOnSignal::StopOnSignal(std::function<void(std::string_view)> say) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw infrastructure("cannot make a pipe");
  wake_fd = ends[1];
  listener_ = std::jthread([this, from = ends[0], say = std::move(say)] {
    char byte = 0;
    while (::read(from, &byte, 1) < 0 && errno == EINTR) {
    }
    ::close(from);
    if (byte != 's') return;
    say("stopping; what is finished is kept (once more to end at once)");
    source_.request_stop();
  });
  handle_with(on_signal);
}

StopOnSignal::~StopOnSignal() {
  handle_with(SIG_DFL);
  ::close(wake_fd.exchange(-1));  // the listener reads the end of the pipe and returns
}

bool stop_requested() { return signals_seen > 0; }

}  // namespace mls::cli
