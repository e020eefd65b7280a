#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "report/format.hpp"

namespace mls::cli {
namespace {

using evaluate::Progress;

constexpr int max_failures_shown = 5;
constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::seconds plain_interval{5};

const char* name_of(Progress::Stage stage) {
  switch (stage) {
    case Progress::Stage::fetching: return "fetching";
    case Progress::Stage::compiling: return "compiling";
    case Progress::Stage::preparing: return "preparing data";
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
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1), last_shown_(Clock::now()), counting_since_(last_shown_) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() const {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::count(const Progress& progress) {
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    really_done_ = 0;
    counting_since_ = Clock::now();
  }
  const bool cached = progress.finished != nullptr && progress.finished->cached;
  if (cached) {
    counting_since_ = Clock::now();
  } else if (progress.done > 0) {
    ++really_done_;
  }
}

std::string ProgressLine::line_of(const Progress& progress) const {
  std::string line = fmt::format("{}: {}", what_, name_of(progress.stage));
  if (progress.total > 0) line += fmt::format(" {}/{}", progress.done, progress.total);
  if (really_done_ > 0 && progress.done < progress.total) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - counting_since_).count();
    const double left = elapsed / really_done_ * (progress.total - progress.done);
    if (left > 1) line += fmt::format(", about {} left", report::duration_text(left));
  }
  if (!progress.text.empty() && progress.text != what_) line += "  " + progress.text;
  return line;
}

void ProgressLine::show(const Progress& progress) {
  count(progress);
  if (const auto* run = progress.finished; run != nullptr && run->status != evaluate::Status::ok) {
    if (++failures_shown_ <= max_failures_shown) {
      clear();
      say(fmt::format("{}: {} in {} seed {}: {}", what_, evaluate::name_of(run->status), run->setting, run->seed,
                      run->message.substr(0, run->message.find('\n'))));
    }
  }
  const auto now = Clock::now();
  if (terminal_) {
    if (now - last_shown_ < terminal_interval && progress.done < progress.total) return;
    fmt::print(stderr, "\r\033[K{}", fitted("mls: " + line_of(progress)));
    std::fflush(stderr);
  } else {
    if (now - last_shown_ < plain_interval) return;
    say(line_of(progress));
  }
  last_shown_ = now;
}

}  // namespace mls::cli
