#include "cli/progress.hpp"

#include <fmt/format.h>

namespace mls::cli {
namespace {

using evaluate::Progress;

constexpr int max_failures_shown = 5;

const char* name_of(Progress::Stage stage) {
  switch (stage) {
    case Progress::Stage::fetching:
      return "fetching";
    case Progress::Stage::compiling:
      return "compiling";
    case Progress::Stage::preparing:
      return "preparing data";
    case Progress::Stage::measuring:
      return "measuring this machine";
    case Progress::Stage::running:
      return "running";
  }
  return "";
}

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), live_([this](const Screen&) { return line(); }) {}

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

std::string ProgressLine::line() {
  const std::scoped_lock lock(mutex_);
  if (latest_.text.empty()) return "";
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

void ProgressLine::say_failure(const evaluate::RunRecord& run) {
  if (++failures_shown_ > max_failures_shown) return;
  live_.say_above(fmt::format("{}: {} in {} seed {}: {}", what_, evaluate::name_of(run.status), run.setting,
                              run.seed, run.message.substr(0, run.message.find('\n'))));
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
