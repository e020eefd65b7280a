#include "sandbox/cpu_clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;

// The jail is process 1 of its namespace and forks once, before the program runs.
constexpr int program_pid = 2;

/// Through the stream, not its buffer: a process may end once its file is open, then reading fails, and only
/// the stream keeps that from being thrown.
std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return std::move(text).str();
}

struct Stat {
  char state = 0;
  pid_t parent = 0;
};
/// From /proc/PID/stat: "pid (name) state parent ...", where a name may hold anything.
std::optional<Stat> stat_of(const fs::path& process) {
  const std::string text = content_of(process / "stat");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  Stat stat;
  if (!(rest >> stat.state >> stat.parent)) return std::nullopt;
  return stat;
}

bool ended(pid_t pid) {
  const auto stat = stat_of(fmt::format("/proc/{}", pid));
  return !stat || stat->state == 'Z';
}

std::optional<pid_t> child_of(pid_t parent) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto stat = stat_of(entry.path());
    if (stat && stat->parent == parent) return static_cast<pid_t>(std::stol(name));
  }
  return std::nullopt;
}

/// Its number in the innermost namespace that it is in.
int inner_pid(pid_t pid) {
  std::istringstream status(content_of(fmt::format("/proc/{}/status", pid)));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("NSpid:")) return std::stoi(line.substr(line.find_last_of("\t ") + 1));
  }
  return 0;
}

std::optional<pid_t> program_below(pid_t outer) {
  for (std::optional<pid_t> pid = child_of(outer); pid; pid = child_of(*pid)) {
    if (inner_pid(*pid) == program_pid) return pid;
  }
  return std::nullopt;
}

}  // namespace

Descriptor open_cpu_clock(pid_t outer, double within_s) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(within_s);
  do {
    if (const auto pid = program_below(outer))
      return Descriptor{::open(fmt::format("/proc/{}/schedstat", *pid).c_str(), O_RDONLY | O_CLOEXEC)};
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (Clock::now() < deadline && !ended(outer));
  return Descriptor{};
}

}  // namespace mls::sandbox
