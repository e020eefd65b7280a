#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "cli/output.hpp"

namespace mls::cli {
namespace {

using evaluate::Progress;

constexpr int max_failures_shown = 5;
constexpr std::chrono::milliseconds terminal_interval{150};
constexpr std::chrono::milliseconds plain_interval{5000};

const char* name_of(Progress::Stage stage) {
  switch (stage) {
    case Progress::Stage::fetching: return "fetching";
    case Progress::Stage::compiling: return "compiling";
    case Progress::Stage::preparing: return "preparing data";
    case Progress::Stage::measuring: return "measuring this machine";
    case Progress::Stage::running: return "running";
  }
  return "";
}

// Cut to the terminal's width so that one line stays one line; counts bytes, which is never too wide.
std::string fitted(std::string line) {
  winsize size{};
  const std::size_t width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
  if (line.size() < width) return line;
  std::size_t end = width - 1;
  while (end > 0 && (line[end] & 0xc0) == 0x80) --end;
  line.resize(end);
  return line;
}

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1), drawer_([this](const std::stop_token& stop) { draw(stop); }) {}

ProgressLine::~ProgressLine() {
  drawer_.request_stop();
  drawer_.join();
  clear();
}

void ProgressLine::clear() const {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::count(const Progress& progress) {
  if (progress.stage != latest_.stage) {
    really_done_ = 0;
    counting_since_ = Clock::now();
  }
  const bool cached = progress.finished != nullptr && progress.finished->cached;
  if (cached) {
    counting_since_ = Clock::now();
  } else if (progress.done > latest_.done) {
    ++really_done_;
  }
}

std::string ProgressLine::line() const {
  std::string line = fmt::format("{}: {}", what_, name_of(latest_.stage));
  if (latest_.total > 0) line += fmt::format(" {}/{}", latest_.done, latest_.total);
  if (really_done_ > 0 && latest_.done < latest_.total) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - counting_since_).count();
    const double left = elapsed / really_done_ * (latest_.total - latest_.done);
    if (left > 1) line += fmt::format(", about {:.0f} s left", left);
  }
  if (!latest_.text.empty() && latest_.text != what_) line += "  " + latest_.text;
  return line;
}

void ProgressLine::draw(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  std::string drawn;
  for (;;) {
    wake_.wait_for(lock, stop, terminal_ ? terminal_interval : plain_interval, [] { return false; });
    if (stop.stop_requested()) return;
    std::string now = line();
    if (latest_.text.empty() || now == drawn) continue;
    if (terminal_) {
      fmt::print(stderr, "\r\033[K{}", fitted("mls: " + now));
      std::fflush(stderr);
    } else {
      say(now);
    }
    drawn = std::move(now);
  }
}

void ProgressLine::say_failure(const evaluate::RunRecord& run) {
  if (++failures_shown_ > max_failures_shown) return;
  clear();
  say(fmt::format("{}: {} in {} seed {}: {}", what_, evaluate::name_of(run.status), run.setting, run.seed,
                  run.message.substr(0, run.message.find('\n'))));
}

void ProgressLine::show(const Progress& progress) {
  const std::scoped_lock lock(mutex_);
  count(progress);
  latest_ = progress;
  latest_.finished = nullptr;  // valid during this call only
  if (progress.finished != nullptr && progress.finished->status != evaluate::Status::ok) say_failure(*progress.finished);
}

}  // namespace mls::cli
