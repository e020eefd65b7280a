// Real sandboxes around testing/hostile_main.cpp.
#include "sandbox/sandbox.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "sandbox/cgroup.hpp"
#include "sandbox/descriptor.hpp"
#include "sandbox/testing/sockets.hpp"

namespace mls::sandbox {
namespace {

namespace fs = std::filesystem;
using testing::hangs_up;
using testing::socket_pair;

Command hostile(std::vector<std::string> words, Profile profile = Profile::method) {
  Command command;
  command.profile = profile;
  command.argv = {"/hostile"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.mounts = {{build_folder() / "bin" / "sandbox-hostile", "/hostile"}};
  command.limits.wall_s = 10;
  command.limits.cpu_s = 5;
  command.limits.memory_bytes = std::size_t{128} << 20;
  return command;
}

Outcome run_hostile(std::vector<std::string> words, Profile profile = Profile::method) {
  return run(hostile(std::move(words), profile));
}

// --- How programs end
// ------------------------------------------------------------------------------------------------

TEST(Ending, ExitStatus) {
  for (const int code : {0, 3, 86, 159}) {
    const Outcome outcome = run_hostile({"exit", std::to_string(code)});
    EXPECT_EQ(outcome.end, End::exited) << outcome.detail;
    EXPECT_EQ(outcome.code, code);
  }
}

TEST(CpuClock, ShowsTheProgramsTimeFromOutside) {
  Command command = hostile({"spin"});
  command.limits.cpu_s = 0.3;
  Process process = Process::start(command);
  const Descriptor clock = process.cpu_clock();
  ASSERT_TRUE(clock.open());
  const auto read = [&clock] {
    char text[64] = {};
    return ::pread(clock.get(), text, sizeof text - 1, 0) > 0 ? 1e-9 * std::strtod(text, nullptr) : -1;
  };
  double last = 0;
  for (double now = read(); now >= 0; now = read()) {
    EXPECT_GE(now, last);
    last = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_NEAR(last, process.wait().cpu_s, 0.1);
}

TEST(CpuClock, OfAProgramThatHasEndedIsNotOpen) {
  Process process = Process::start(hostile({"exit", "0"}));
  (void)process.wait();
  EXPECT_FALSE(process.cpu_clock().open());
}

TEST(Ending, Signals) {
  const auto signal_of = [](const char* word) {
    const Outcome outcome = run_hostile({word});
    EXPECT_EQ(outcome.end, End::signalled) << word << ": " << outcome.detail;
    return outcome.code;
  };
  EXPECT_EQ(signal_of("abort"), SIGABRT);
  EXPECT_EQ(signal_of("segv"), SIGSEGV);
  EXPECT_EQ(signal_of("stack"), SIGSEGV);
}

TEST(Ending, DetailNamesTheSignal) {
  EXPECT_EQ(run_hostile({"segv"}).detail, "ended by signal 11 (SIGSEGV)");
}

TEST(Ending, WallTimeoutOfSleepingSpinningAndClingingPrograms) {
  for (const char* word : {"sleep", "spin", "cling"}) {
    Command command = hostile({word});
    command.limits.wall_s = 0.2;
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.end, End::wall_timeout) << word << ": " << outcome.detail;
    EXPECT_EQ(outcome.detail, "still running after 0.2 s");
    EXPECT_GE(outcome.wall_s, 0.2);
    EXPECT_LT(outcome.wall_s, 5.0);
  }
}

TEST(Ending, CpuTimeout) {
  Command command = hostile({"spin"});
  command.limits.cpu_s = 0.3;
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::cpu_timeout) << outcome.detail;
  EXPECT_EQ(outcome.detail, "used more than 0.3 s of CPU time");
  EXPECT_NEAR(outcome.cpu_s, 0.3, 0.1);
  command.limits.cpu_s = 1.0;
  command.argv = {"/hostile", "use-cpu", "300"};
  EXPECT_EQ(run(command).end, End::exited);
}

TEST(Ending, CpuTimeOfTheCompilersChildrenCountsInTheEnd) {
  Command command = hostile({"fork-and-use-cpu", "300"}, Profile::compiler);
  command.limits.cpu_s = 0.2;
  EXPECT_EQ(run(command).end, End::cpu_timeout);
}

TEST(Ending, OutOfMemory) {
  const Outcome told = run_hostile({"allocate-with-handler"});
  EXPECT_EQ(told.end, End::out_of_memory) << told.detail;
  EXPECT_EQ(told.detail, "needed more than 128 MiB of memory");
  EXPECT_LE(told.peak_bytes, std::size_t{128} << 20);
  EXPECT_EQ(run_hostile({"allocate"}).code, SIGABRT);  // an uncaught std::bad_alloc is a crash like others
}

TEST(Ending, KilledOnRequest) {
  Process process = Process::start(hostile({"sleep"}));
  process.kill();
  EXPECT_EQ(process.wait().end, End::killed);
  Process later = Process::start(hostile({"cling"}));
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  later.kill();
  EXPECT_EQ(later.wait().end, End::killed);
}

TEST(Ending, KilledByAnotherThreadWhileWaiting) {
  Process process = Process::start(hostile({"sleep"}));
  std::thread killer{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    process.kill();
  }};
  EXPECT_EQ(process.wait().end, End::killed);
  killer.join();
}

TEST(Ending, KilledWhenGraceIsOver) {
  Process process = Process::start(hostile({"sleep"}));
  const Outcome outcome = process.wait(0.1);
  EXPECT_EQ(outcome.end, End::killed) << outcome.detail;
  EXPECT_EQ(process.wait().end, End::killed);
}

TEST(Ending, EndBeforeGraceIsOver) {
  Process process = Process::start(hostile({"exit", "0"}));
  EXPECT_EQ(process.wait(5.0).end, End::exited);
}

TEST(Ending, OutlivesTheThreadThatStartedIt) {
  std::optional<Process> process;
  std::thread{[&] { process = Process::start(hostile({"use-cpu", "100"})); }}.join();
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ(process.value().wait().end, End::exited);
}

TEST(Ending, TimesAndMemoryAreMeasured) {
  const Outcome outcome = run_hostile({"memory", "40"});
  EXPECT_EQ(outcome.end, End::exited) << outcome.detail;
  EXPECT_GT(outcome.peak_bytes, std::size_t{40} << 20);
  EXPECT_LT(outcome.peak_bytes, std::size_t{60} << 20);
  const Outcome busy = run_hostile({"use-cpu", "200"});
  EXPECT_NEAR(busy.cpu_s, 0.2, 0.05);
  EXPECT_GE(busy.wall_s, 0.19);
}

TEST(Ending, MissingProgramIsNotStarted) {
  Command command = hostile({});
  command.argv = {"/nothing"};
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::not_started);
  EXPECT_EQ(outcome.detail,
            "the sandbox failed at opening the program (/nothing): No such file or directory");
}

TEST(Ending, FileThatIsNoProgramIsUnloadable) {
  const TemporaryFolder folder;
  std::ofstream{folder.path() / "text"} << "hello";
  fs::permissions(folder.path() / "text", fs::perms::all);
  Command command = hostile({});
  command.argv = {"/text"};
  command.mounts = {{folder.path() / "text", "/text"}};
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::unloadable) << outcome.detail;
  EXPECT_NE(outcome.detail.find("Exec format error"), std::string::npos) << outcome.detail;
}

TEST(Ending, BadCommandsAreRefused) {
  const auto refused = [](auto change) {
    Command command = hostile({"exit", "0"});
    change(command);
    EXPECT_THROW((void)Process::start(command), Error);
  };
  refused([](Command& command) { command.argv.clear(); });
  refused([](Command& command) { command.argv[0] = "hostile"; });
  refused([](Command& command) { command.argv[1] = std::string{"a\0b", 3}; });
  refused([](Command& command) { command.mounts[0].source = "/no/such/file"; });
  refused([](Command& command) { command.descriptors = {{0, 2}}; });
  refused([](Command& command) { command.descriptors = {{0, 64}}; });
  refused([](Command& command) { command.descriptors = {{0, 5}, {1, 5}}; });
  refused([](Command& command) { command.descriptors = {{9999, 5}}; });
  refused([](Command& command) { command.limits.open_files = 255; });
  refused([](Command& command) { command.limits.wall_s = 0; });
}

// --- What a method cannot do
// -----------------------------------------------------------------------------------------

TEST(Method, ForbiddenCallsEndItAndAreNamed) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> attempts = {
      {{"fork"}, "clone"},
      {{"exec", "/hostile"}, "execve"},
      {{"exec-elsewhere"}, "execveat"},
      {{"open", "/hostile"}, "openat"},
      {{"open", "/proc/self/environ"}, "openat"},
      {{"write-file", "/x"}, "openat"},
      {{"socket"}, "socket"},
      {{"socketpair"}, "socketpair"},
      {{"trace-jail"}, "ptrace"},
      {{"read-jail"}, "process_vm_readv"},
      {{"kill-jail"}, "kill"},
      {{"kill-all"}, "kill"},
      {{"signal-jail"}, "tgkill"},
      {{"suicide"}, "tgkill"},
      {{"stop"}, "tgkill"},
      {{"executable-pages"}, "mmap"},
      {{"make-executable"}, "mprotect"},
      {{"map-descriptor"}, "mmap"},
      {{"limit"}, "prlimit64"},
      {{"namespace"}, "unshare"},
      {{"urgent"}, "sendto"},
      {{"cut-output"}, "ftruncate"},
  };
  for (const auto& [words, call] : attempts) {
    const Outcome outcome = run_hostile(words);
    EXPECT_EQ(outcome.end, End::forbidden) << words[0] << ": " << outcome.detail << "\n" << outcome.output;
    EXPECT_EQ(outcome.detail, "made the system call " + call + ", which is not allowed");
  }
}

TEST(Method, ForbiddenCallWithoutAHandler) {
  Command command = hostile({"socket"});
  command.environment = {{"UNHANDLED", "1"}};
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::forbidden);
  EXPECT_EQ(outcome.detail, "made a system call that is not allowed (starting a thread?)");
  EXPECT_EQ(run_hostile({"swallow-signal"}).end, End::forbidden);
}

TEST(Method, StartsNoThreads) {
  // The C library blocks all signals meanwhile, so that no handler can name the call.
  EXPECT_EQ(run_hostile({"thread"}).detail, "made a system call that is not allowed (starting a thread?)");
}

TEST(Method, OtherEntriesToTheKernelAreClosed) {
  for (const char* word : {"old-entry", "x32-entry"}) {
    const Outcome outcome = run_hostile({word});
    EXPECT_EQ(outcome.end, End::forbidden) << word << ": " << outcome.detail;
  }
}

TEST(Method, SomeCallsAreRefusedQuietly) {
  for (const char* word : {"random", "rewind-output", "terminal", "exec-again"}) {
    const Outcome outcome = run_hostile({word});
    EXPECT_EQ(outcome.end, End::exited) << word << ": " << outcome.detail;
    EXPECT_EQ(outcome.code, 1) << word;
  }
}

TEST(Method, OrdinaryLibraryUseWorks) {
  for (const char* word : {"sort", "say", "core"}) {
    const Outcome outcome = run_hostile({word, "hello"});
    EXPECT_EQ(outcome.end, End::exited) << word << ": " << outcome.detail;
    EXPECT_EQ(outcome.code, 0) << word;
  }
}

TEST(Method, EnvironmentIsExactlyTheGivenOne) {
  EXPECT_EQ(run_hostile({"environment"}).output, "");
  Command command = hostile({"environment"});
  command.environment = {{"A", "1"}, {"B", "two words"}};
  EXPECT_EQ(run(command).output, "A=1\nB=two words\n");
}

TEST(Method, HoldsNoDescriptorsButThePassedOnes) {
  const Descriptor leaked{
      ::open("/dev/null", O_RDONLY)};  // inheritable, as a careless caller of ours may leave one
  const auto ends = socket_pair();
  EXPECT_EQ(run_hostile({"descriptors"}).output, "0 1 2 ");
  Command command = hostile({"descriptors"});
  command.descriptors = {{ends[0].get(), 3}, {ends[1].get(), 40}};
  EXPECT_EQ(run(command).output, "0 1 2 3 40 ");
}

TEST(Method, DescriptorsMayTradeNumbers) {
  const auto low = socket_pair();
  const Descriptor three{::fcntl(low[1].get(), F_DUPFD_CLOEXEC, 3)};
  Command command = hostile({"echo"});
  command.descriptors = {{low[0].get(), three.get() <= 63 && three.get() > 3 ? three.get() : 4},
                         {low[1].get(), 3}};
  Process process = Process::start(command);
  char byte = 'x';
  ASSERT_EQ(::write(low[0].get(), &byte, 1), 1);
  ASSERT_EQ(::read(low[0].get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
}

TEST(Method, ItsEndClosesThePassedSocket) {
  auto ends = socket_pair();
  Command command = hostile({"exit", "0"});
  command.descriptors = {{ends[1].get(), 3}};
  Process process = Process::start(command);
  ends[1].reset();
  EXPECT_TRUE(hangs_up(ends[0], 3000));
  EXPECT_EQ(process.wait().end, End::exited);
}

TEST(Method, AddressesAreTheSameInEveryRun) {
  const std::string first = run_hostile({"addresses"}).output;
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, run_hostile({"addresses"}).output);
}

TEST(Method, RunsOnTheGivenCore) {
  Command command = hostile({"core"});
  command.cpu = 0;
  EXPECT_EQ(run(command).output, "cores=1 first=0\n");
}

TEST(Method, OutputIsBounded) {
  for (const char* word : {"flood", "flood-ignoring-the-signal"}) {
    Command command = hostile({word});
    command.limits.output_bytes = 100'000;
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.end, End::output_flood) << word << ": " << outcome.detail;
    EXPECT_EQ(outcome.detail, "wrote more than 100000 bytes to stdout and stderr");
    EXPECT_EQ(outcome.output.size(), 16u * 1024);
  }
}

TEST(Method, TheEndOfItsOutputIsKept) {
  const Outcome outcome = run_hostile({"long-output", "the end"});
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.output.size(), 16u * 1024);
  EXPECT_TRUE(outcome.output.ends_with("0123456789\nthe end\n"));
}

// --- Compiler and judge
// ----------------------------------------------------------------------------------------------

Command with_folder(std::vector<std::string> words, const TemporaryFolder& folder, bool writable,
                    Profile profile) {
  fs::permissions(folder.path(), fs::perms::all);
  Command command = hostile(std::move(words), profile);
  command.mounts.push_back({folder.path(), "/work", writable});
  command.work_folder = "/work";
  return command;
}

TEST(Tools, WriteOnlyWhereTheyMay) {
  for (const Profile profile : {Profile::compiler, Profile::judge}) {
    const TemporaryFolder folder;
    EXPECT_EQ(run(with_folder({"write-file", "new"}, folder, true, profile)).code, 0);
    EXPECT_TRUE(fs::exists(folder.path() / "new"));
    EXPECT_EQ(run(with_folder({"write-file", "/work/newer"}, folder, false, profile)).output,
              "errno=30\n");  // EROFS
    EXPECT_EQ(run(with_folder({"write-file", "/newer"}, folder, true, profile)).output, "errno=30\n");
    EXPECT_EQ(run(with_folder({"open", "/etc/passwd"}, folder, true, profile)).output,
              "errno=2\n");  // ENOENT
  }
}

TEST(Tools, FileSizeIsBounded) {
  const TemporaryFolder folder;
  Command command = with_folder({"fill-file", "big"}, folder, true, Profile::compiler);
  command.limits.file_bytes = 2 << 20;
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::output_flood) << outcome.detail;
  EXPECT_EQ(outcome.detail, "wrote a file of more than 2097152 bytes");
  EXPECT_EQ(fs::file_size(folder.path() / "big"), 2u << 20);
}

TEST(Tools, OutputIsBounded) {
  Command command = hostile({"flood"}, Profile::compiler);
  command.limits.output_bytes = 1000;
  command.limits.file_bytes = 1 << 20;
  EXPECT_EQ(run(command).end, End::output_flood);
}

TEST(Tools, CannotMakeSetUserIdFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(run(with_folder({"set-user-id", "x"}, folder, true, Profile::compiler)).output, "errno=38\n");
}

TEST(Tools, ForbiddenCallsFail) {
  const std::vector<std::vector<std::string>> both = {
      {"socket"}, {"socketpair"}, {"trace-jail"}, {"read-jail"},  {"kill-jail"},
      {"limit"},  {"namespace"},  {"terminal"},   {"exec-again"}, {"exec-elsewhere"}};
  for (const Profile profile : {Profile::compiler, Profile::judge})
    for (const auto& words : both) {
      const Outcome outcome = run_hostile(words, profile);
      EXPECT_EQ(outcome.end, End::exited) << words[0] << ": " << outcome.detail;
      EXPECT_EQ(outcome.code, 1) << words[0] << ": " << outcome.output;
    }
}

TEST(Tools, CompilerStartsItsOwnProgramsJudgeDoesNot) {
  EXPECT_EQ(run_hostile({"fork"}, Profile::compiler).code, 0);
  EXPECT_EQ(run_hostile({"exec", "/hostile"}, Profile::compiler).code, 99);
  EXPECT_EQ(run_hostile({"fork"}, Profile::judge).code, 1);
  EXPECT_EQ(run_hostile({"exec", "/hostile"}, Profile::judge).code, 1);
  for (const Profile profile : {Profile::compiler, Profile::judge})
    EXPECT_EQ(run_hostile({"thread"}, profile).code, 0);
}

TEST(Tools, ForkBombIsBoundedAndCleanedUp) {
  if (::geteuid() == 0 && usable_group_parents().empty())
    GTEST_SKIP() << "root without control groups: no bound";
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = run_hostile({"fork-bomb"}, Profile::compiler);
  EXPECT_EQ(outcome.end, End::exited) << outcome.detail;
  EXPECT_LT(std::stoi(outcome.output.substr(std::string{"children="}.size())), 100) << outcome.output;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
}

TEST(Tools, OrphansDieWithTheProgram) {
  auto ends = socket_pair();
  Command command = hostile({"orphan"}, Profile::compiler);
  command.descriptors = {{ends[1].get(), 3}};
  Process process = Process::start(command);
  ends[1].reset();
  EXPECT_EQ(process.wait().end, End::exited);
  EXPECT_TRUE(hangs_up(ends[0], 0));
}

TEST(Tools, CompilerLinksAProgramThatRunsAsAMethod) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  std::ofstream{folder.path() / "m.cpp"} << "#include <cstdio>\nint main() { std::puts(\"compiled\"); }\n";
  Command compile;
  compile.profile = Profile::compiler;
  compile.argv = {"/usr/bin/clang++-19", "-static", "-fuse-ld=lld", "m.cpp", "-o", "m"};
  compile.mounts = {{"/usr", "/usr"}, {"/lib", "/lib"}, {"/lib64", "/lib64"}, {folder.path(), "/work", true}};
  compile.environment = {{"PATH", "/usr/bin"}};
  compile.work_folder = "/work";
  compile.limits.memory_bytes = std::size_t{4} << 30;
  const Outcome compiled = run(compile);
  ASSERT_EQ(compiled.end, End::exited) << compiled.detail << compiled.output;
  ASSERT_EQ(compiled.code, 0) << compiled.output;
  Command method = hostile({});
  method.argv = {"/m"};
  method.mounts = {{folder.path() / "m", "/m"}};
  EXPECT_EQ(run(method).output, "compiled\n");
}

TEST(Tools, CompilerOutOfMemoryIsTold) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  std::ofstream{folder.path() / "m.cpp"}
      << "template <int N> struct A { char c[1]; A<N - 1> a, b; };\n"
         "template <> struct A<0> {};\n"
         "constexpr int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\n"
         "int x[] = {[0 ... 500000000] = 1};\n";
  Command compile;
  compile.profile = Profile::compiler;
  compile.argv = {"/usr/bin/clang++-19", "-c", "m.cpp", "-o", "m.o"};
  compile.mounts = {{"/usr", "/usr"}, {"/lib", "/lib"}, {"/lib64", "/lib64"}, {folder.path(), "/work", true}};
  compile.work_folder = "/work";
  compile.limits.memory_bytes = std::size_t{600} << 20;
  const Outcome outcome = run(compile);
  EXPECT_EQ(outcome.end, End::out_of_memory) << outcome.detail << outcome.output;
}

TEST(Tools, JudgeOutOfMemoryIsTold) {
  if (usable_group_parents().empty()) GTEST_SKIP() << "needs control groups";
  const Outcome outcome = run_hostile({"map-and-touch"}, Profile::judge);
  EXPECT_EQ(outcome.end, End::out_of_memory) << outcome.detail;
}

// --- Death of the harness
// --------------------------------------------------------------------------------------------

struct Harness {
  pid_t pid;
  Descriptor program;  ///< closed at the other end when the program is dead
};

/// A forked harness that has started a sandbox and waits.
Harness forked_harness(const char* word) {
  auto ends = socket_pair();
  const pid_t pid = ::fork();
  if (pid == 0) {
    Command command = hostile({word});
    command.descriptors = {{ends[1].get(), 3}};
    Process process = Process::start(command);
    ends[1].reset();
    while (true) ::pause();
  }
  return {pid, std::move(ends[0])};
}

/// Kills it and looks whether the program's socket gets closed.
bool program_dies_with(const Harness& harness) {
  ::kill(harness.pid, SIGKILL);
  ::waitpid(harness.pid, nullptr, 0);
  return hangs_up(harness.program, 3000);
}

bool dies_with_harness(std::chrono::milliseconds delay, const char* word) {
  const Harness harness = forked_harness(word);
  std::this_thread::sleep_for(delay);
  return program_dies_with(harness);
}

bool within_seconds(int seconds, const std::function<bool()>& condition) {
  for (int attempt = 0; attempt < 50 * seconds; ++attempt) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return condition();
}

/// Groups in `parent` that this process made.
bool has_group_of(const fs::path& parent, pid_t maker) {
  std::error_code ignored;
  const std::string mark = "-" + std::to_string(maker) + "-";
  for (const auto& entry : fs::directory_iterator{parent, ignored}) {
    if (entry.path().filename().string().find(mark) != std::string::npos) return true;
  }
  return false;
}

TEST(HarnessDeath, NothingSurvives) {
  (void)usable_group_parents();
  for (const char* word : {"sleep", "spin", "cling"})
    EXPECT_TRUE(dies_with_harness(std::chrono::milliseconds{100}, word));
}

TEST(HarnessDeath, NothingSurvivesWheneverItComes) {
  (void)usable_group_parents();
  for (int delay = 0; delay < 16; ++delay)
    EXPECT_TRUE(dies_with_harness(std::chrono::milliseconds{delay}, "cling"));
}

TEST(HarnessDeath, ItsControlGroupsEmptyAndAreRemovedLater) {
  if (usable_group_parents().empty()) GTEST_SKIP() << "needs control groups";
  const Harness harness = forked_harness("cling");
  for (const GroupParent& parent : usable_group_parents()) {
    EXPECT_TRUE(within_seconds(5, [&] { return has_group_of(parent.folder, harness.pid); })) << parent.folder;
  }
  EXPECT_TRUE(program_dies_with(harness));
  for (const GroupParent& parent : usable_group_parents()) {
    // A group can only be removed when no process, bwrap included, is left in it. Another program of ours may
    // be quicker to remove it.
    EXPECT_TRUE(within_seconds(5, [&] {
      (void)remove_stale_groups(parent.folder);
      return !has_group_of(parent.folder, harness.pid);
    })) << parent.folder;
  }
}

TEST(HarnessDeath, DestroyedProcessIsDead) {
  auto ends = socket_pair();
  {
    Command command = hostile({"cling"});
    command.descriptors = {{ends[1].get(), 3}};
    const Process process = Process::start(command);
    ends[1].reset();
  }
  EXPECT_TRUE(hangs_up(ends[0], 0));
}

// --- The machine
// -----------------------------------------------------------------------------------------------------

/// Runs `test` in a child process and returns what it returns; for changes of identity that cannot be undone.
int in_child(int (*test)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(test());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Machine, ProbePasses) {
  for (const Check& check : probe()) {
    EXPECT_TRUE(check.passed || !check.required) << check.name << ": " << check.detail;
    EXPECT_EQ(check.passed, check.remedy.empty()) << check.name;
  }
}

TEST(Machine, ProbeSaysWhatIsMissing) {
  const int result = in_child([] {
    const TemporaryFolder empty;
    ::setenv("MLS_BUILD", empty.path().c_str(), 1);
    ::setenv("PATH", empty.path().c_str(), 1);
    int failed = 0;
    for (const Check& check : probe()) failed += check.required && !check.passed && !check.remedy.empty();
    return failed;
  });
  EXPECT_EQ(result, 6);  // all but the processor
}

TEST(Machine, RemedyNamesTheSettingThatForbids) {
  const TemporaryFolder folder;
  const auto set = [&](const char* file, const char* value) {
    fs::create_directories((folder.path() / file).parent_path());
    std::ofstream{folder.path() / file} << value << '\n';
  };
  EXPECT_NE(sandbox_remedy(folder.path()).find("--privileged"), std::string::npos);
  set("kernel/apparmor_restrict_unprivileged_userns", "1");
  EXPECT_NE(sandbox_remedy(folder.path()).find("AppArmor"), std::string::npos);
  set("user/max_user_namespaces", "0");
  EXPECT_NE(sandbox_remedy(folder.path()).find("user.max_user_namespaces=10000"), std::string::npos);
  set("kernel/unprivileged_userns_clone", "0");
  EXPECT_NE(sandbox_remedy(folder.path()).find("kernel.unprivileged_userns_clone=1"), std::string::npos);
}

constexpr int not_possible_here = 77;

TEST(Machine, WorksForAnOrdinaryUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "is what all these tests show";
  const int result = in_child([] {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(65534, 65534, 65534) != 0 ||
        ::setresuid(65534, 65534, 65534) != 0 ||
        ::access((build_folder() / "bin" / "mls-jail").c_str(), X_OK) != 0)
      return not_possible_here;
    const bool good = run_hostile({"exit", "7"}).code == 7 && run_hostile({"socket"}).end == End::forbidden;
    return good ? 0 : 1;
  });
  if (result == not_possible_here) GTEST_SKIP() << "the build folder is closed to others";
  EXPECT_EQ(result, 0);
}

TEST(Machine, ForbiddenNamespacesAreExplained) {
  const int result = in_child([] {
    // In a user namespace of its own, even an ordinary user may forbid further ones.
    if (::unshare(CLONE_NEWUSER) != 0) return not_possible_here;
    std::ofstream setting{"/proc/sys/user/max_user_namespaces"};
    if (!(setting << "0" << std::flush)) return not_possible_here;
    const Outcome outcome = run_hostile({"exit", "0"});
    const bool good =
        outcome.end == End::not_started &&
        outcome.detail.find("the sandbox could not be set up: bwrap: ") != std::string::npos &&
        outcome.detail.find("sudo sysctl -w user.max_user_namespaces=10000") != std::string::npos;
    if (!good) std::fprintf(stderr, "%s\n", outcome.detail.c_str());
    return good ? 0 : 1;
  });
  if (result == not_possible_here) GTEST_SKIP() << "user namespaces are forbidden here anyway";
  EXPECT_EQ(result, 0);
}

TEST(Machine, StartAndStopOfNothingIsQuick) {
  (void)usable_group_parents();
  std::vector<double> times;
  for (int i = 0; i < 30; ++i) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run_hostile({"exit", "0"}).end, End::exited);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("start and stop of a no-op program: median %.1f ms, least %.1f ms\n", times[times.size() / 2],
              times[0]);
  EXPECT_LT(times[0], 60);
}

}  // namespace
}  // namespace mls::sandbox
