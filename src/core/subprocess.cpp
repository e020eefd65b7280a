#include "core/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/error.hpp"

extern char** environ;  // NOLINT: POSIX names it so

namespace mls {
namespace {

using Clock = std::chrono::steady_clock;

/// A descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { close(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw infrastructure(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  return {Fd(ends[0]), Fd(ends[1])};
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!extra.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [name, value] : extra) merged.push_back(fmt::format("{}={}", name, value));
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Everything the child needs, built before the fork: only async-signal-safe calls are allowed after it.
struct Start {
  const char* program;
  const char* folder;  // nullptr = stay
  char* const* argv;
  char* const* envp;
  int input;
  int out;
  int err;
  int report;  // gets errno when something fails before exec
  pid_t parent;
};

[[noreturn]] void child(const Start& start) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphaned = ::getppid() != start.parent;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!orphaned && (start.folder == nullptr || ::chdir(start.folder) == 0) &&
      ::dup2(start.input, STDIN_FILENO) >= 0 && ::dup2(start.out, STDOUT_FILENO) >= 0 &&
      ::dup2(start.err, STDERR_FILENO) >= 0) {
    ::execve(start.program, start.argv, start.envp);
  }
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(start.report, &error, sizeof error);
  ::_exit(127);
}

/// Keeps the last bytes of a stream.
class Tail {
 public:
  Tail(Fd fd, std::size_t limit) : fd_(std::move(fd)), limit_(limit) {
    ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  }
  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Reads what is there; closes at the end of the stream.
  void drain() {
    std::array<char, 16384> chunk{};
    while (fd_.open()) {
      const ssize_t count = ::read(fd_.get(), chunk.data(), chunk.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) return fd_.close();
      text_.append(chunk.data(), static_cast<std::size_t>(count));
      if (text_.size() > 2 * limit_) text_.erase(0, text_.size() - limit_);
    }
  }
  [[nodiscard]] std::string text() const {
    return text_.size() > limit_ ? text_.substr(text_.size() - limit_) : text_;
  }

 private:
  Fd fd_;
  std::size_t limit_;
  std::string text_;
};

/// Waits until the process has ended or the time is up, collecting its output; false when the time is up. A
/// grandchild that keeps the pipes open does not prolong the wait.
bool collect(int process, Tail& out, Tail& err, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 3> watched{{{process, POLLIN, 0}, {out.fd(), POLLIN, 0}, {err.fd(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(std::min<long>(left, 60'000))) < 0 &&
        errno != EINTR) {
      throw infrastructure(std::string("cannot wait for a program: ") + std::strerror(errno));
    }
    const bool ended = watched[0].revents != 0;
    out.drain();
    err.drain();
    if (ended) return true;
  }
}

/// Ends and reaps the process group whatever happens.
class Reaper {
 public:
  explicit Reaper(pid_t pid) : pid_(pid) {}
  ~Reaper() {
    if (pid_ > 0) end();
  }
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  /// Status as waitpid gives it; whatever still runs in the group is killed.
  int end() {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

std::string resolve(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  if (const auto found = find_program(program)) return found->string();
  throw infrastructure(program + ": no such program on PATH; install it and try again");
}

/// Throws when the child reports that it could not start the program.
void check_started(const Pipe& report, const std::string& program) {
  int error = 0;
  ssize_t count = 0;
  while ((count = ::read(report.read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (count > 0) throw infrastructure(program + ": cannot be started: " + std::strerror(error));
}

}  // namespace

std::optional<std::filesystem::path> find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    std::filesystem::path candidate = std::filesystem::path(rest.substr(0, end)) / name;
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::error_code ignored;
    if (candidate.is_absolute() && std::filesystem::is_regular_file(candidate, ignored) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

Finished run_command(const Command& command) {
  if (command.argv.empty()) throw infrastructure("a command without a program name");
  const std::string program = resolve(command.argv.front());
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> environment = merged_environment(command.environment);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe report = make_pipe();
  const Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Start start{program.c_str(), command.folder.empty() ? nullptr : command.folder.c_str(),
                    argv.data(),     envp.data(),
                    input.get(),     out.write.get(),
                    err.write.get(), report.write.get(),
                    ::getpid()};

  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(command.timeout_s));
  const pid_t pid = ::fork();
  if (pid < 0) throw infrastructure(program + ": cannot be started: " + std::strerror(errno));
  if (pid == 0) child(start);
  ::setpgid(pid, pid);  // here too, so that the group exists before anybody kills it
  Reaper reaper(pid);
  for (Pipe* pipe : {&out, &err, &report}) pipe->write.close();
  check_started(report, program);

  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.open()) throw infrastructure(std::string("cannot watch a program: ") + std::strerror(errno));
  Tail out_tail(std::move(out.read), command.max_output);
  Tail err_tail(std::move(err.read), command.max_output);
  Finished finished;
  finished.timed_out = !collect(process.get(), out_tail, err_tail, deadline);
  const int status = reaper.end();
  if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
  finished.out = out_tail.text();
  finished.err = err_tail.text();
  return finished;
}

}  // namespace mls
