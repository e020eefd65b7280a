#include "cli/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/output.hpp"

namespace mls::cli {
namespace {

using evaluate::Progress;

constexpr int max_failures_shown = 5;
constexpr std::chrono::milliseconds terminal_interval{150};
constexpr std::chrono::milliseconds plain_interval{5000};

const char* name_of(Progress::Stage stage) {
  switch (stage) {
    case Progress::Stage::fetching:
      return "fetching";
    case Progress::Stage::compiling:
      return "compiling";
    case Progress::Stage::preparing:
      return "preparing data";
    case Progress::Stage::running:
      return "running";
  }
  return "";
}

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

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      drawer_([this](const std::stop_token& stop) { draw(stop); }) {}

ProgressLine::~ProgressLine() {
  drawer_.request_stop();
  drawer_.join();
  clear();
}

void ProgressLine::clear() const {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::count(const Progress& progress) {
  const bool cached = progress.finished != nullptr && progress.finished->cached;
  Pace& pace = paces_[progress.stage];
  if (!cached && progress.done > latest_.done) ++pace.done;
  if (cached && pace.done == 0) pace.since = Clock::now();
}

std::string ProgressLine::time_left() const {
  const auto pace = paces_.find(latest_.stage);
  if (pace == paces_.end() || pace->second.done == 0) return "";
  const double elapsed = std::chrono::duration<double>(Clock::now() - pace->second.since).count();
  const double left = elapsed / pace->second.done * (latest_.total - latest_.done);
  if (left < 1) return "";
  return left < 100 ? fmt::format(", about {:.0f} s left", left)
                    : fmt::format(", about {:.0f} min left", left / 60);
}

std::string ProgressLine::line() const {
  std::string line = fmt::format("{}: {}", what_, name_of(latest_.stage));
  if (latest_.stage != Progress::Stage::compiling && latest_.total > 0) {
    line += fmt::format(" {}/{}{}", latest_.done, latest_.total, time_left());
  }
  // "ucb1: <task>" while compiling a baseline: the task is in front already.
  std::string text = latest_.text;
  if (text.ends_with(what_)) text.resize(text.size() - what_.size());
  if (text.ends_with(": ")) text.resize(text.size() - 2);
  return text.empty() ? line : line + "  " + text;
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
  if (progress.finished != nullptr && progress.finished->status != evaluate::Status::ok)
    say_failure(*progress.finished);
}

}  // namespace mls::cli
