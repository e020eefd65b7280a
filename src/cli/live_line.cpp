#include "cli/live_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "cli/output.hpp"

namespace mls::cli {
namespace {

constexpr std::chrono::milliseconds terminal_interval{150};
constexpr std::chrono::milliseconds plain_interval{5000};

// Cut to the terminal's width so that one line stays one line; counts bytes, which is never too wide.
std::string fitted(std::string line) {
  winsize size{};
  const std::size_t width =
      ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
  if (line.size() < width) return line;
  std::size_t end = width - 1;
  while (end > 0 && (line[end] & 0xc0) == 0x80) --end;
  line.resize(end);
  return line;
}

}  // namespace

LiveLine::LiveLine(std::function<std::string()> text)
    : text_(std::move(text)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      drawer_([this](const std::stop_token& stop) { draw(stop); }) {}

LiveLine::~LiveLine() {
  drawer_.request_stop();
  drawer_.join();
  clear();
}

void LiveLine::clear() const {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

void LiveLine::say_above(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  clear();
  say(line);
}

void LiveLine::show(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}", fitted("mls: " + text));
    std::fflush(stderr);
  } else {
    say(text);
  }
}

void LiveLine::draw(const std::stop_token& stop) {
  std::string drawn;
  std::mutex sleep;
  std::unique_lock lock(sleep);
  for (;;) {
    wake_.wait_for(lock, stop, terminal_ ? terminal_interval : plain_interval, [] { return false; });
    if (stop.stop_requested()) return;
    std::string now = text_();
    if (now.empty() || now == drawn) continue;
    show(now);
    drawn = std::move(now);
  }
}

}  // namespace mls::cli
