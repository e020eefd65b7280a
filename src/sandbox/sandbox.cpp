#include "sandbox/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <set>
#include <system_error>

#include "core/error.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"
#include "sandbox/cgroup.hpp"
#include "sandbox/cpu_clock.hpp"
#include "sandbox/descriptor.hpp"
#include "sandbox/jail_protocol.hpp"
#include "sandbox/send_descriptors.hpp"
#include "sandbox/syscalls.hpp"
#include "sandbox/zygote.hpp"

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int most_open_files = 200;
constexpr int most_open_files_of_a_compiler = 4096;  // may start programs anyway
constexpr int first_spare_descriptor = 128;  // copies for the child lie above every number it will see
constexpr std::size_t shown_output_bytes = std::size_t{16} << 10;
constexpr std::size_t tmp_bytes = std::size_t{256} << 20;
constexpr std::size_t group_slack_bytes = std::size_t{64}
                                          << 20;  // bwrap, the jail, page tables, socket buffers
static_assert(most_open_files < program_descriptor, "or the program could be started once more");
constexpr double end_allowance_s = 10;  // for start and stop of the sandbox itself, beyond the wall limit

Error system_failure(const std::string& what) {
  return infrastructure(fmt::format("sandbox: {}: {}", what, std::strerror(errno)));
}

std::string profile_name(Profile profile) {
  switch (profile) {
    case Profile::method:
      return "method";
    case Profile::preloaded:
      return "preloaded";
    case Profile::compiler:
      return "compiler";
    case Profile::judge:
      return "judge";
  }
  return {};
}

// --- What is started
// -------------------------------------------------------------------------------------------------

void check_text(const std::string& text) {
  if (text.find('\0') != std::string::npos)
    throw infrastructure("sandbox: an argument or variable holds a zero byte");
}

void check(const Command& command) {
  if (command.argv.empty() || !command.argv[0].starts_with('/'))
    throw infrastructure("sandbox: argv[0] must be an absolute path inside the sandbox");
  for (const std::string& argument : command.argv) check_text(argument);
  for (const auto& [name, value] : command.environment) {
    check_text(name);
    check_text(value);
  }
  for (const Mount& mount : command.mounts) {
    std::error_code ignored;
    if (!fs::exists(mount.source, ignored))
      throw infrastructure(
          fmt::format("sandbox: {} is not there (to be mounted as {})", mount.source.string(), mount.target));
    if (!mount.target.starts_with('/'))
      throw infrastructure("sandbox: mount target " + mount.target + " is not absolute");
  }
  std::set<int> numbers;
  for (const PassedDescriptor& passed : command.descriptors)
    if (passed.as < 3 || passed.as > last_passed || !numbers.insert(passed.as).second)
      throw infrastructure(
          fmt::format("sandbox: descriptor {} must be a number in 3..{}, once", passed.as, last_passed));
  const int most = command.profile == Profile::compiler ? most_open_files_of_a_compiler : most_open_files;
  if (command.limits.open_files < 4 || command.limits.open_files > most)
    throw infrastructure(
        fmt::format("sandbox: open_files is {}, must be 4..{}", command.limits.open_files, most));
  if (!(command.limits.wall_s > 0) || !(command.limits.cpu_s > 0))
    throw infrastructure("sandbox: time limits must be positive");
}

/// The two programs of our own side, looked for before anything else.
struct Launchers {
  std::string bwrap;
  std::string jail;
};

std::string bwrap_path() {
  if (const auto found = find_program("bwrap")) return found->string();
  throw infrastructure(
      "bwrap is not installed, and without it no untrusted code is run; sudo apt-get install bubblewrap");
}

std::string jail_program() {
  const fs::path jail = build_folder() / "bin" / "mls-jail";
  if (::access(jail.c_str(), X_OK) == 0) return jail.string();
  throw infrastructure(jail.string() + " is not there; build the target mls-jail");
}

bool is_method(const Command& command) {
  return command.profile == Profile::method || command.profile == Profile::preloaded;
}

/// stdout and stderr count as files to the kernel, so that for a method, which has no other files, one limit
/// bounds both.
std::size_t file_limit(const Command& command) {
  return is_method(command) ? command.limits.output_bytes
                            : std::max(command.limits.file_bytes, command.limits.output_bytes);
}

/// The judge may be built with sanitizers, which reserve terabytes of addresses; it is trusted and bounded by
/// its group.
std::size_t address_limit(const Command& command) {
  return command.profile == Profile::judge ? 0 : command.limits.memory_bytes;
}

using Words = std::vector<std::string>;

void append(Words& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

void append_order(Words& words, const Command& command) {
  const Limits& limits = command.limits;
  append(words, {"--profile", profile_name(command.profile)});
  append(words, {"--wall-ms", std::to_string(std::llround(std::ceil(limits.wall_s * 1000)))});
  append(words, {"--cpu-ms", std::to_string(std::llround(std::ceil(limits.cpu_s * 1000)))});
  append(words,
         {"--memory", std::to_string(address_limit(command)), "--file", std::to_string(file_limit(command))});
  append(words, {"--open-files", std::to_string(limits.open_files)});
  if (command.cpu) append(words, {"--cpu", std::to_string(*command.cpu)});
  for (const PassedDescriptor& passed : command.descriptors)
    append(words, {"--fd", std::to_string(passed.as)});
  for (const auto& [name, value] : command.environment)
    append(words, {"--env", fmt::format("{}={}", name, value)});
  append(words, {"--"});
  words.insert(words.end(), command.argv.begin(), command.argv.end());
}

/// No --die-with-parent: it would watch the thread that started bwrap, not the harness. The jail watches its
/// link instead, and dies with bwrap.
void append_bwrap(Words& words, const Launchers& launchers, const Command& command) {
  append(words, {launchers.bwrap});
  append(words, {"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
                 "--unshare-cgroup"});
  append(words, {"--uid", "65534", "--gid", "65534", "--hostname", "sandbox"});
  append(words, {"--new-session", "--cap-drop", "ALL", "--clearenv", "--as-pid-1"});
  if (command.profile == Profile::compiler)
    append(words, {"--size", std::to_string(tmp_bytes), "--tmpfs", "/tmp"});
  if (command.profile == Profile::judge) append(words, {"--proc", "/proc"});
  append(words, {"--ro-bind", launchers.jail, jail_path});
  for (const Mount& mount : command.mounts)
    append(words, {mount.writable ? "--bind" : "--ro-bind", mount.source.string(), mount.target});
  append(words, {"--remount-ro", "/", "--chdir", command.work_folder});
}

Words outer_command(const Launchers& launchers, const Command& command, const GroupLease& groups) {
  Words words;
  if (!groups.folders().empty()) {
    append(words, {launchers.jail, "--enter"});
    for (const fs::path& folder : groups.folders()) append(words, {folder.string()});
    append(words, {"--"});
  }
  append_bwrap(words, launchers, command);
  append(words, {jail_path});
  append_order(words, command);
  return words;
}

/// The zygote is trusted and waits for most of its life: it has no limits of its own.
Words zygote_command(const Launchers& launchers, const Command& command) {
  Words words;
  append_bwrap(words, launchers, command);
  for (const auto& [name, value] : command.environment) append(words, {"--setenv", name, value});
  append(words, {"--"});
  words.insert(words.end(), command.argv.begin(), command.argv.end());
  return words;
}

GroupLease lease_groups(const Command& command) {
  // bwrap and the jail are two processes, a method is one more; no further one has any business there.
  const int processes = is_method(command) ? 4 : 66;
  return {usable_group_parents(),
          {.memory_bytes = command.limits.memory_bytes + command.limits.output_bytes + group_slack_bytes,
           .processes = processes}};
}

// --- How it is started
// -----------------------------------------------------------------------------------------------

/// Owns posix_spawn's two parameter objects. Children get: an empty signal mask, default handlers, a process
/// group of their own (so that Ctrl-C reaches the harness alone), and exactly the descriptors that were
/// added.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void give(int fd, int as) {
    // Through a copy above all targets, for a target's number may be another source's.
    Descriptor copy{::fcntl(fd, F_DUPFD_CLOEXEC, first_spare_descriptor)};
    if (!copy.open()) throw system_failure(fmt::format("descriptor {} cannot be passed", fd));
    ::posix_spawn_file_actions_adddup2(&actions_, copy.get(), as);
    copies_.push_back(std::move(copy));
    given_.insert(as);
  }

  pid_t spawn(Words words) {
    for (int fd = 0; fd <= control_descriptor; ++fd)
      if (!given_.contains(fd)) ::posix_spawn_file_actions_addclose(&actions_, fd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, control_descriptor + 1);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    char* environment[] = {nullptr};
    pid_t pid = -1;
    const int error =
        ::posix_spawn(&pid, words[0].c_str(), &actions_, &attributes_, argv.data(), environment);
    if (error == 0) return pid;
    errno = error;
    throw system_failure(words[0] + " cannot be started");
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  std::vector<Descriptor> copies_;
  std::set<int> given_;
};

Descriptor memory_file() {
  Descriptor file{::memfd_create("mls-output", MFD_CLOEXEC)};
  if (!file.open()) throw system_failure("a memory file cannot be made");
  return file;
}

std::pair<Descriptor, Descriptor> connected_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
    throw system_failure("a socket pair cannot be made");
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

Descriptor null_input() {
  Descriptor file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (!file.open()) throw system_failure("/dev/null cannot be opened");
  return file;
}

std::size_t size_of(const Descriptor& file) {
  struct stat status{};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
}

std::string tail_of(const Descriptor& file) {
  const std::size_t size = size_of(file);
  std::string text(std::min(size, shown_output_bytes), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), static_cast<off_t>(size - text.size()));
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

/// Waits for an event on `fd`; false when `deadline` came first.
bool wait_readable(int fd, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd watched{fd, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(std::min<long>(left, 1'000'000))) > 0) return true;
  }
}

Clock::duration seconds(double value) {
  constexpr double a_year = 3e7;
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(std::clamp(value, 0.0, a_year)));
}

// --- How it ended
// ----------------------------------------------------------------------------------------------------

struct Ending {
  const Command& command;  // limits and profile
  std::optional<Report> report;
  bool kill_requested;
  bool group_out_of_memory;
  std::size_t output_size;
};

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const auto start = text.rfind('\n', end);
  return text.substr(start == std::string::npos ? 0 : start + 1,
                     end - (start == std::string::npos ? 0 : start + 1) + 1);
}

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name == nullptr ? std::to_string(signal) : fmt::format("{} (SIG{})", signal, name);
}

std::string call_name(const std::string& output) {
  const auto found = output.rfind(forbidden_call_line);
  if (found == std::string::npos) return {};
  const int number = std::atoi(output.c_str() + found + std::strlen(forbidden_call_line));
  char* const name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number);
  if (name == nullptr) return {};
  std::string result = name;
  std::free(name);  // NOLINT: allocated by libseccomp
  return result;
}

bool died_of_forbidden_call(const Outcome& outcome) {
  if (outcome.end == End::signalled) return outcome.code == SIGSYS;
  return outcome.code == 128 + SIGSYS && outcome.output.find(forbidden_call_line) != std::string::npos;
}

std::string forbidden_detail(const std::string& output) {
  const std::string name = call_name(output);
  return name.empty() ? "made a system call that is not allowed (starting a thread?)"
                      : fmt::format("made the system call {}, which is not allowed", name);
}

bool ran_out_of_memory(const Ending& ending, const Outcome& outcome) {
  if (ending.group_out_of_memory) return true;
  if (outcome.end == End::exited && outcome.code == out_of_memory_status &&
      outcome.output.find(out_of_memory_line) != std::string::npos)
    return true;
  // clang and lld under the address space limit.
  const bool failed = outcome.end == End::signalled || outcome.code != 0;
  return ending.command.profile == Profile::compiler && failed &&
         outcome.output.find("LLVM ERROR: out of memory") != std::string::npos;
}

void set_end(Outcome& outcome, End end, std::string detail) {
  outcome.end = end;
  outcome.detail = std::move(detail);
}

/// exited, signalled or killed, as the kernel says; then what lies behind it.
void classify_ended(const Ending& ending, const Report& report, Outcome& outcome) {
  const Limits& limits = ending.command.limits;
  const bool signalled = WIFSIGNALED(report.wait_status);
  outcome.code = signalled ? WTERMSIG(report.wait_status) : WEXITSTATUS(report.wait_status);
  if (signalled) {
    set_end(outcome, End::signalled, fmt::format("ended by signal {}", signal_name(outcome.code)));
  } else {
    set_end(outcome, End::exited, fmt::format("exit status {}", outcome.code));
  }

  if (report.kill_reason == KillReason::wall_limit) {
    set_end(outcome, End::wall_timeout, fmt::format("still running after {} s", limits.wall_s));
  } else if (report.kill_reason == KillReason::requested) {
    set_end(outcome, End::killed, "killed on request");
  } else if (report.kill_reason == KillReason::cpu_limit || outcome.cpu_s > limits.cpu_s ||
             (signalled && outcome.code == SIGXCPU)) {
    set_end(outcome, End::cpu_timeout, fmt::format("used more than {} s of CPU time", limits.cpu_s));
  } else if (died_of_forbidden_call(outcome)) {
    set_end(outcome, End::forbidden, forbidden_detail(outcome.output));
  } else if (ran_out_of_memory(ending, outcome)) {
    set_end(outcome, End::out_of_memory,
            fmt::format("needed more than {} MiB of memory", limits.memory_bytes >> 20));
  } else if (signalled && outcome.code == SIGXFSZ && ending.output_size < limits.output_bytes) {
    set_end(outcome, End::output_flood, fmt::format("wrote a file of more than {} bytes", limits.file_bytes));
  } else if (ending.output_size >= limits.output_bytes) {
    set_end(outcome, End::output_flood,
            fmt::format("wrote more than {} bytes to stdout and stderr", limits.output_bytes));
  } else if (signalled && outcome.code == SIGKILL) {
    outcome.detail += ", by itself or from outside the sandbox";
  }
}

void classify_without_report(const Ending& ending, Outcome& outcome) {
  if (ending.group_out_of_memory) {
    set_end(outcome, End::out_of_memory,
            fmt::format("needed more than {} MiB of memory", ending.command.limits.memory_bytes >> 20));
  } else if (ending.kill_requested) {
    set_end(outcome, End::killed, "killed on request before it started");
  } else {
    const std::string said = last_line(outcome.output);
    set_end(outcome, End::not_started,
            fmt::format("the sandbox could not be set up: {}; {}", said.empty() ? "no message" : said,
                        sandbox_remedy()));
  }
}

Outcome classify(const Ending& ending, std::string output) {
  Outcome outcome;
  outcome.output = std::move(output);
  if (!ending.report) {
    classify_without_report(ending, outcome);
    return outcome;
  }
  const Report& report = *ending.report;
  outcome.wall_s = static_cast<double>(report.wall_us) * 1e-6;
  outcome.cpu_s = static_cast<double>(report.cpu_us) * 1e-6;
  outcome.peak_bytes = static_cast<std::size_t>(report.peak_kib) * 1024;
  if (report.kind == ReportKind::setup_failed && std::strcmp(report.step, loading_step) == 0) {
    set_end(outcome, End::unloadable,
            fmt::format("the program cannot be loaded: {}", std::strerror(report.error)));
  } else if (report.kind == ReportKind::setup_failed) {
    set_end(outcome, End::not_started,
            fmt::format("the sandbox failed at {} ({}): {}", report.step, ending.command.argv[0],
                        std::strerror(report.error)));
  } else {
    classify_ended(ending, report, outcome);
  }
  return outcome;
}

/// bwrap and all that runs in it.
class Enclosure {
 public:
  Enclosure() = default;
  explicit Enclosure(pid_t bwrap)
      : bwrap_(bwrap), watch_(static_cast<int>(::syscall(SYS_pidfd_open, bwrap, 0))) {
    if (!watch_.open()) throw system_failure("bwrap cannot be watched");
  }
  [[nodiscard]] pid_t bwrap() const { return bwrap_; }
  ~Enclosure() { reap(Clock::now()); }
  Enclosure(const Enclosure&) = delete;
  Enclosure& operator=(const Enclosure&) = delete;

  void kill() const { ::kill(bwrap_, SIGKILL); }
  /// It ends by itself when process 1 has; if not, all of it is killed.
  void reap(Clock::time_point until) {
    if (bwrap_ < 0) return;
    if (!wait_readable(watch_.get(), until)) kill();
    while (::waitpid(bwrap_, nullptr, 0) < 0 && errno == EINTR) {
    }
    bwrap_ = -1;
  }

 private:
  pid_t bwrap_ = -1;
  Descriptor watch_;
};

}  // namespace

struct Zygote::State {
  Descriptor control;
  Descriptor output;
  std::unique_ptr<Enclosure> enclosure;
  ~State() {
    control.reset();
    if (enclosure) enclosure->reap(Clock::now() + seconds(end_allowance_s));
  }
};

struct Process::State {
  Command command;
  Descriptor link;
  Descriptor output;
  GroupLease groups;
  std::unique_ptr<Enclosure> enclosure;   // either its own
  std::shared_ptr<Zygote::State> zygote;  // or one that it shares with others
  Clock::time_point deadline;
  std::atomic<bool> kill_requested = false;
  std::optional<Outcome> outcome;

  void request_kill() {
    kill_requested = true;
    ::shutdown(link.get(), SHUT_WR);
  }

  /// Nothing when the jail is gone without having reported.
  std::optional<Report> read_report(Clock::time_point until) {
    Report report;
    if (!wait_readable(link.get(), until)) return std::nullopt;
    const ssize_t got = ::recv(link.get(), &report, sizeof report, MSG_WAITALL);
    if (got != sizeof report || report.magic != Report::expected_magic) return std::nullopt;
    report.step[sizeof report.step - 1] = '\0';
    return report;
  }

  /// A keeper that does not even report takes its zygote with it: nothing of the program may go on.
  void bury(bool reported) {
    if (enclosure) {
      enclosure->reap(Clock::now() + seconds(reported ? end_allowance_s : 0));
      return;
    }
    if (reported || closed()) return;
    zygote->enclosure->kill();
    (void)wait_readable(link.get(), Clock::now() + seconds(end_allowance_s));
  }

  [[nodiscard]] bool closed() const {
    char byte = 0;
    return ::recv(link.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

  Outcome wait(std::optional<double> grace_s) {
    if (outcome) return *outcome;
    if (grace_s && !wait_readable(link.get(), std::min(deadline, Clock::now() + seconds(*grace_s))))
      request_kill();
    const auto report = read_report(deadline);
    bury(report.has_value());
    const bool memory = groups.out_of_memory();
    groups = GroupLease{};
    outcome = classify({command, report, kill_requested, memory, size_of(output)}, tail_of(output));
    return *outcome;
  }

  ~State() {
    if (outcome || (!enclosure && !zygote)) return;
    request_kill();
    (void)wait(std::nullopt);
  }
};

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}
Process::~Process() = default;
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;

Process Process::start(const Command& command) {
  check(command);
  const Launchers launchers{bwrap_path(), jail_program()};
  auto state = std::make_unique<State>();
  state->command = command;
  state->output = memory_file();
  auto [link, jail_end] = connected_pair(SOCK_STREAM);
  state->link = std::move(link);
  const Descriptor input = null_input();
  state->groups = lease_groups(command);

  SpawnPlan plan;
  plan.give(input.get(), 0);
  plan.give(state->output.get(), 1);
  plan.give(state->output.get(), 2);
  for (const PassedDescriptor& passed : command.descriptors) plan.give(passed.fd, passed.as);
  plan.give(jail_end.get(), link_descriptor);
  state->deadline = Clock::now() + seconds(command.limits.wall_s + end_allowance_s);
  state->enclosure =
      std::make_unique<Enclosure>(plan.spawn(outer_command(launchers, command, state->groups)));
  return Process{std::move(state)};
}

Outcome Process::wait(std::optional<double> grace_s) { return state_->wait(grace_s); }
void Process::kill() { state_->request_kill(); }
Descriptor Process::cpu_clock() const {
  return state_->enclosure ? open_cpu_clock(state_->enclosure->bwrap(), end_allowance_s) : Descriptor{};
}

namespace {

/// Whoever writes "0" into one of these enters the group.
std::vector<Descriptor> open_groups(const GroupLease& groups) {
  std::vector<Descriptor> members;
  for (const fs::path& folder : groups.folders()) {
    members.emplace_back(::open((folder / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!members.back().open()) throw system_failure(folder.string() + " cannot be entered");
  }
  return members;
}

std::string request_text(const Command& command, std::size_t groups) {
  Words words;
  append_order(words, command);
  std::string text = std::to_string(groups);
  for (const std::string& word : words) text += word + '\0';
  if (text.size() > most_request_bytes)
    throw infrastructure("sandbox: the command of a preloaded run is too long");
  return text;
}

/// On return nobody here holds the zygote's end any more, so that it closes when the zygote ends.
std::unique_ptr<Enclosure> spawn_zygote(Words words, const Descriptor& output, Descriptor zygote_end) {
  const Descriptor input = null_input();
  SpawnPlan plan;
  plan.give(input.get(), 0);
  plan.give(output.get(), 1);
  plan.give(output.get(), 2);
  plan.give(zygote_end.get(), control_descriptor);
  return std::make_unique<Enclosure>(plan.spawn(std::move(words)));
}

}  // namespace

Zygote::Zygote(std::shared_ptr<State> state) : state_(std::move(state)) {}
Zygote::~Zygote() = default;
Zygote::Zygote(Zygote&&) noexcept = default;
Zygote& Zygote::operator=(Zygote&&) noexcept = default;

Zygote Zygote::start(const Command& command) {
  check(command);
  const Launchers launchers{bwrap_path(), jail_program()};
  auto state = std::make_shared<State>();
  state->output = memory_file();
  auto [control, zygote_end] = connected_pair(SOCK_SEQPACKET);
  state->control = std::move(control);
  state->enclosure = spawn_zygote(zygote_command(launchers, command), state->output, std::move(zygote_end));
  char ready = 0;
  if (!wait_readable(state->control.get(), Clock::now() + seconds(command.limits.wall_s)) ||
      ::recv(state->control.get(), &ready, 1, 0) != 1) {
    const std::string said = last_line(tail_of(state->output));
    throw infrastructure(fmt::format("sandbox: {} cannot load its libraries: {}", command.argv[0],
                                     said.empty() ? "no message" : said));
  }
  return Zygote{std::move(state)};
}

Process Zygote::run(const Command& command) const {
  check(command);
  auto state = std::make_unique<Process::State>();
  state->command = command;
  state->output = memory_file();
  auto [link, keeper_end] = connected_pair(SOCK_STREAM);
  state->link = std::move(link);
  state->groups = lease_groups(command);
  const std::vector<Descriptor> members = open_groups(state->groups);
  std::vector<int> descriptors{keeper_end.get(), state->output.get()};
  for (const Descriptor& member : members) descriptors.push_back(member.get());
  for (const PassedDescriptor& passed : command.descriptors) descriptors.push_back(passed.fd);
  state->deadline = Clock::now() + seconds(command.limits.wall_s + end_allowance_s);
  state->zygote = state_;
  if (!send_descriptors(state_->control.get(), request_text(command, members.size()), descriptors))
    throw infrastructure("sandbox: the process that holds the loaded libraries is gone");
  return Process{std::move(state)};
}

std::vector<Mount> library_mounts() {
  std::vector<Mount> mounts;
  for (const char* folder : {"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"}) {
    std::error_code ignored;
    if (fs::exists(folder, ignored)) mounts.push_back({folder, folder});
  }
  return mounts;
}

}  // namespace mls::sandbox
