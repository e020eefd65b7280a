#include "trial/agent_sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <utility>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"
#include "sandbox/agent_filter.hpp"
#include "sandbox/cgroup.hpp"
#include "sandbox/descriptor.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;
using sandbox::Descriptor;
using Words = std::vector<std::string>;

constexpr std::size_t tail_bytes = 4096;
constexpr auto end_patience = std::chrono::seconds(10);

/// Folders of the system; on most machines all but the first are links into it.
constexpr std::array<const char*, 6> system_folders{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"};
/// What programs look up, names and certificates above all. Nothing that tells of this machine's people.
constexpr std::array<const char*, 8> settings_files{
    "/etc/ssl",       "/etc/ca-certificates", "/etc/ca-certificates.conf",
    "/etc/pki",       "/etc/ld.so.cache",     "/etc/alternatives",
    "/etc/localtime", "/etc/mime.types"};
constexpr std::array<const char*, 3> network_files{"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"};

/// Where the proxy listens inside; the sandbox's loopback has no other ports in use.
constexpr int proxy_port = 3128;
// Descriptors of the sandbox's first process.
constexpr int filter_number = 3;
constexpr int proxy_number = 4;

/// Bounds the processes (shells disagree on the letter), has the proxy listen, fills /work, runs the command.
std::string prelude_of(const AgentCommand& command) {
  std::string script = R"(ulimit -c 0; ulimit -u "$1" 2>/dev/null || ulimit -p "$1" 2>/dev/null; shift; )";
  if (command.proxy_end >= 0) {
    script += fmt::format("/mls/bin/mls-desk listen {} {} || exit 125; exec {}>&-; ", proxy_port,
                          proxy_number, proxy_number);
  }
  return script + R"(cp -R /mls/workspace/. /work/ && cd /work || exit 125; exec "$@")";
}

void append(Words& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

bool lies_in(const fs::path& inner, const fs::path& outer) {
  const auto [rest, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return rest == outer.end();
}

fs::path resolved(const fs::path& path) {
  std::error_code failure;
  fs::path real = fs::canonical(path, failure);
  return failure ? fs::absolute(path).lexically_normal() : real;
}

void append_system(Words& words) {
  for (const char* folder : system_folders) {
    std::error_code ignored;
    if (fs::is_symlink(folder, ignored)) {
      append(words, {"--symlink", fs::read_symlink(folder, ignored).string(), folder});
    } else {
      append(words, {"--ro-bind-try", folder, folder});
    }
  }
  for (const char* file : settings_files) append(words, {"--ro-bind-try", file, file});
}

/// Covers what lies inside a folder that is shown.
void append_masks(Words& words, const AgentCommand& command) {
  for (const fs::path& secret : command.secrets) {
    const fs::path real = resolved(secret);
    const bool shown = std::ranges::any_of(
        system_folders, [&](const char* folder) { return lies_in(real, resolved(folder)); });
    if (shown) append(words, {"--tmpfs", real.string(), "--remount-ro", real.string()});
  }
}

/// "NAME=value". Handed to bwrap as its own environment, because everybody on a machine can read the words of
/// a command, and keys are among the values.
Words environment_of(const AgentCommand& command) {
  std::map<std::string, std::string> all{
      {"PATH", "/mls/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", "/home/agent"},
      {"USER", "agent"},
      {"LANG", "C.UTF-8"},
      {"TERM", "dumb"},
      {"MLS_SOCKET", "/mls/socket"},
      {"MLS_WORKSPACE", "/work"}};
  if (command.proxy_end >= 0) {
    const std::string proxy = fmt::format("http://127.0.0.1:{}", proxy_port);
    for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) all[name] = proxy;
    all.emplace("NODE_USE_ENV_PROXY", "1");
  }
  for (const auto& [name, value] : command.environment) all[name] = value;
  Words words;
  for (const auto& [name, value] : all) words.push_back(fmt::format("{}={}", name, value));
  return words;
}

std::vector<char*> pointers_to(Words& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Stdout and stderr, kept up to a size, less what must not be kept.
class Log {
 public:
  Log(const fs::path& path, const llm::Redactor& redact)
      : redact_(redact),
        file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644)) {
    if (!file_.open())
      throw infrastructure(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
    const off_t size = ::lseek(file_.get(), 0, SEEK_END);
    if (size > 0) written_ = static_cast<std::size_t>(size);
  }
  void add(std::string_view bytes) {
    const std::string clean = redact_(held_.append(bytes));
    const std::size_t whole = clean.size() - redact_.begun_at_end_of(clean);
    held_ = clean.substr(whole);
    keep(std::string_view(clean).substr(0, whole));
  }
  /// Nothing more comes.
  void close() { keep(std::exchange(held_, {})); }
  [[nodiscard]] std::string tail() const {
    return tail_.size() > tail_bytes ? tail_.substr(tail_.size() - tail_bytes) : tail_;
  }

 private:
  void keep(std::string_view bytes) {
    tail_.append(bytes);
    if (tail_.size() > 2 * tail_bytes) tail_.erase(0, tail_.size() - tail_bytes);
    bytes = bytes.substr(0, max_log_bytes - std::min(written_, max_log_bytes));
    if (bytes.empty()) return;
    // A full disk must not end the trial for the sake of what an agent prints.
    [[maybe_unused]] const auto count = ::write(file_.get(), bytes.data(), bytes.size());
    written_ += bytes.size();
  }

  const llm::Redactor& redact_;
  Descriptor file_;
  std::string held_;  // may be the beginning of a secret
  std::size_t written_ = 0;
  std::string tail_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw infrastructure(std::string("a pipe cannot be made: ") + std::strerror(errno));
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

/// A copy whose number is above those of a child's descriptors.
Descriptor out_of_the_way(int fd) { return Descriptor{::fcntl(fd, F_DUPFD_CLOEXEC, proxy_number + 1)}; }

/// What the sandbox's first process is given.
struct Given {
  int input;
  int output;
  int filter;
  int proxy;  ///< or -1
};

/// With a group and a signal mask of its own, and no descriptor but these.
pid_t spawned(Words words, Words environment, const Given& given) {
  const Descriptor filter = out_of_the_way(given.filter);
  const Descriptor proxy = out_of_the_way(given.proxy);
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, given.input, 0);
  ::posix_spawn_file_actions_adddup2(&actions, given.output, 1);
  ::posix_spawn_file_actions_adddup2(&actions, given.output, 2);
  ::posix_spawn_file_actions_adddup2(&actions, filter.get(), filter_number);
  if (proxy.open()) ::posix_spawn_file_actions_adddup2(&actions, proxy.get(), proxy_number);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, proxy.open() ? proxy_number + 1 : proxy_number);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, words[0].c_str(), &actions, &attributes, pointers_to(words).data(),
                                  pointers_to(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0)
    throw infrastructure(fmt::format("{} cannot be started: {}", words[0], std::strerror(error)));
  return pid;
}

/// Copies what is printed until everybody who could print is gone, `deadline` has come, or somebody `wakes`.
/// True when they are gone.
bool drained(const Descriptor& output, int wakes, Log& log, std::chrono::steady_clock::time_point deadline) {
  std::array<char, 16384> chunk{};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> watched{{{output.get(), POLLIN, 0}, {wakes, POLLIN, 0}}};
    const int ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(std::min<long>(left.count(), 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (watched[0].revents != 0) {
      const ssize_t count = ::read(output.get(), chunk.data(), chunk.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return true;
      log.add({chunk.data(), static_cast<std::size_t>(count)});
    }
    if (watched[1].revents != 0) return false;
  }
}

/// The sandbox's first process outside; what runs inside dies with it.
class Launched {
 public:
  explicit Launched(pid_t pid) : pid_(pid) {}
  ~Launched() {
    if (pid_ <= 0) return;
    kill();
    (void)reaped();
  }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;
  void kill() const { ::kill(-pid_, SIGKILL); }
  int reaped() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

}  // namespace

void check_mounts(const AgentCommand& command) {
  for (const fs::path& mount : command.mounts) {
    std::error_code ignored;
    if (!mount.is_absolute() || !fs::exists(mount, ignored))
      throw bad_input(
          fmt::format("the mount {} is not an absolute path of something that exists; mend `mounts` in the "
                      "agent's file",
                      mount.string()));
    for (const fs::path& secret : command.secrets) {
      if (!lies_in(resolved(secret), resolved(mount)) && !lies_in(resolved(mount), resolved(secret)))
        continue;
      throw bad_input(
          fmt::format("the mount {} would show the agent {}, where hidden settings and judges are; "
                      "mount something narrower",
                      mount.string(), secret.string()));
    }
  }
}

Words sandbox_words(const AgentCommand& command) {
  Words words{"--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"};
  if (!command.network) append(words, {"--unshare-net"});
  append(words, {"--uid", "1000", "--gid", "1000", "--hostname", "workspace", "--die-with-parent",
                 "--new-session", "--cap-drop", "ALL", "--seccomp", std::to_string(filter_number)});
  append_system(words);
  if (command.network) {
    for (const char* file : network_files) append(words, {"--ro-bind-try", file, file});
  }
  for (const fs::path& mount : command.mounts) append(words, {"--ro-bind", mount.string(), mount.string()});
  append_masks(words, command);
  append(words, {"--proc", "/proc", "--dev", "/dev"});
  const std::string bytes = std::to_string(std::int64_t{command.disk_mb} << 20);
  for (const char* folder : {"/dev/shm", "/tmp", "/home/agent", "/work"})
    append(words, {"--size", bytes, "--tmpfs", folder});
  append(words, {"--ro-bind", command.folder.string(), "/mls"});
  append(words, {"--remount-ro", "/dev", "--remount-ro", "/"});
  append(words, {"--chdir", "/work", "--", "/bin/sh", "-c", prelude_of(command), "sh",
                 std::to_string(command.processes)});
  words.insert(words.end(), command.argv.begin(), command.argv.end());
  return words;
}

AgentEnd run_agent(const AgentCommand& command, const std::stop_token& stop) {
  check_mounts(command);
  const auto bwrap = find_program("bwrap");
  if (!bwrap) throw infrastructure("bwrap is not installed; sudo apt-get install bubblewrap");
  const sandbox::GroupLease groups(
      sandbox::usable_group_parents(),
      {.memory_bytes = static_cast<std::size_t>(command.memory_mb) << 20, .processes = command.processes});
  Words words;
  if (!groups.folders().empty()) {
    append(words, {(build_folder() / "bin" / "mls-jail").string(), "--enter"});
    for (const fs::path& folder : groups.folders()) append(words, {folder.string()});
    append(words, {"--"});
  }
  append(words, {bwrap->string()});
  const Words inner = sandbox_words(command);
  words.insert(words.end(), inner.begin(), inner.end());

  Log log(command.log_file, command.unprinted);
  const Descriptor input{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const Descriptor woken{::eventfd(0, EFD_CLOEXEC)};
  if (!input.open() || !woken.open())
    throw infrastructure(std::string("the agent cannot be started: ") + std::strerror(errno));
  const Descriptor filter = sandbox::agent_filter();
  Pipe output = make_pipe();
  Launched launched(spawned(std::move(words), environment_of(command),
                            {input.get(), output.write.get(), filter.get(), command.proxy_end}));
  output.write.reset();
  const std::stop_callback wake(stop, [&] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(woken.get(), &one, sizeof one);
  });

  AgentEnd end;
  const auto never = std::chrono::steady_clock::now() + std::chrono::hours(24 * 365);
  if (!drained(output.read, woken.get(), log, never)) {
    launched.kill();
    (void)drained(output.read, -1, log, std::chrono::steady_clock::now() + end_patience);
    end.kind = AgentEnd::Kind::stopped;
  }
  const int status = launched.reaped();
  log.close();
  end.tail = log.tail();
  if (end.kind == AgentEnd::Kind::stopped) return end;
  if (WIFSIGNALED(status)) end.kind = AgentEnd::Kind::signalled;
  end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

}  // namespace mls::trial
