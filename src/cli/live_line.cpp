#include "cli/live_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/output.hpp"

namespace mls::cli {
namespace {

constexpr std::chrono::milliseconds terminal_interval{150};
constexpr std::chrono::milliseconds plain_interval{5000};

Screen screen_of(bool terminal) {
  if (!terminal) return {};
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col <= 10 || size.ws_row == 0)
    return {24, 80};
  return {size.ws_row, size.ws_col};
}

bool begins_character(char byte) { return (byte & 0xc0) != 0x80; }

std::string_view cut(std::string_view line, std::size_t columns) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (begins_character(line[at]) && ++characters == columns) return line.substr(0, at);
  }
  return line;
}

}  // namespace

std::string fitted(std::string_view text, const Screen& screen) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t row = 0; row < screen.rows && at <= text.size(); ++row) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (row > 0) result += '\n';
    result += cut(text.substr(at, end - at), screen.columns);
    at = end + 1;
  }
  return result;
}

LiveLine::LiveLine(std::function<std::string(const Screen&)> text)
    : text_(std::move(text)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      drawer_([this](const std::stop_token& stop) { draw(stop); }) {}

LiveLine::~LiveLine() {
  drawer_.request_stop();
  drawer_.join();
  clear();
  std::fflush(stderr);
}

void LiveLine::clear() {
  if (!terminal_) return;
  if (drawn_ > 1) fmt::print(stderr, "\033[{}A", drawn_ - 1);
  fmt::print(stderr, "\r\033[J");
  drawn_ = 0;
}

void LiveLine::say_above(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  clear();
  say(line);
}

void LiveLine::show(const std::string& text, const Screen& screen) {
  const std::scoped_lock lock(mutex_);
  if (!terminal_) return say(text);
  clear();
  const std::string lines = fitted("mls: " + text, screen);
  drawn_ = 1 + static_cast<std::size_t>(std::ranges::count(lines, '\n'));
  fmt::print(stderr, "{}", lines);
  std::fflush(stderr);
}

void LiveLine::draw(const std::stop_token& stop) {
  std::string drawn;
  std::mutex sleep;
  std::unique_lock lock(sleep);
  for (;;) {
    wake_.wait_for(lock, stop, terminal_ ? terminal_interval : plain_interval, [] { return false; });
    if (stop.stop_requested()) return;
    const Screen screen = screen_of(terminal_);
    std::string now = text_(screen);
    if (now.empty() || now == drawn) continue;
    show(now, screen);
    drawn = std::move(now);
  }
}

}  // namespace mls::cli
