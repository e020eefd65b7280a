// `mls bench`: what the machinery costs. Comparisons are ratios of two figures measured in this very run,
// interleaved.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/bench.hpp"
#include "cli/bench_torch.hpp"
#include "cli/bench_train.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "evaluate/evaluate.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/workers.hpp"
#include "task/task.hpp"

namespace mls::cli {
namespace {

namespace fs = std::filesystem;

using bench::Figure;
using bench::median;
using bench::seconds_of;

/// bench/round-trip as a task: it has no baselines or scores, so it is not in the catalogue.
task::Task round_trip_task(const evaluate::Places& places) {
  task::Task task;
  task.folder = places.root / "bench" / "round-trip";
  task.id = "round-trip";
  task.limits = {.wall_s = 60, .cpu_s = 60, .memory_mb = 512};
  const auto add = [&task](const char* id, const char* protocol, int count, int size) {
    task::Setting setting;
    setting.id = id;
    setting.params = {{"protocol", protocol}, {"count", count}, {"size", size}};
    task.settings.push_back(setting);
  };
  add("nothing", "nothing", 0, 0);
  add("oracle", "oracle", 20000, 8);
  add("oracle-10000", "oracle", 2000, 10000);
  add("rollout-1", "rollout", 20000, 1);
  add("rollout-32", "rollout", 20000, 32);
  add("decide", "decide", 20000, 8);
  add("generate", "generate", 20000, 8);
  add("compute", "compute", 5000, 64);
  return task;
}

evaluate::Method method_at(const fs::path& path) { return evaluate::load_method(path); }

double one_round_trip(const evaluate::Runner& runner, const task::Task& task, const fs::path& host,
                      const char* setting) {
  return bench::run_of(runner, task.setting(setting), host).metrics.at("microseconds");
}

double round_trip(const evaluate::Runner& runner, const task::Task& task, const fs::path& host,
                  const char* setting) {
  std::vector<double> values;
  for (int i = 0; i < 3; ++i) values.push_back(one_round_trip(runner, task, host, setting));
  return median(values);
}

/// Keeps this thread, and what it forks, on one core while it lives.
class OnOneCore {
 public:
  explicit OnOneCore(int core) {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  ~OnOneCore() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OnOneCore(const OnOneCore&) = delete;
  OnOneCore& operator=(const OnOneCore&) = delete;

 private:
  cpu_set_t before_{};
};

/// What the system alone takes: a short message to and fro between two processes on one core, in
/// microseconds.
double bare_round_trip() {
  constexpr int count = 20000;
  std::array<char, 64> message{};  // eight doubles, as in the setting "oracle"
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw infrastructure("socketpair failed");
  const auto pass = [&message](int end, auto call) {
    return call(end, message.data(), message.size()) == static_cast<ssize_t>(message.size());
  };
  const OnOneCore pinned(evaluate::usable_cores().front());
  const pid_t child = ::fork();
  if (child < 0) throw infrastructure("bench: cannot fork");
  if (child == 0) {
    ::close(ends[0]);
    while (pass(ends[1], ::read) && pass(ends[1], ::write)) {
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  const double seconds = seconds_of([&] {
    for (int i = 0; i < count; ++i) {
      if (!pass(ends[0], ::write) || !pass(ends[0], ::read))
        throw infrastructure("bench: the ping-pong broke off");
    }
  });
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return 1e6 * seconds / count;
}

/// The same judge and host without a sandbox, as the reference of the overhead. Runs only our own code.
class BareRun {
 public:
  BareRun(fs::path judge, fs::path host) : judge_(std::move(judge)), host_(std::move(host)) {}

  void operator()() const {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw infrastructure("socketpair failed");
    const int order = high(::memfd_create("order", MFD_CLOEXEC));
    const int result = high(::memfd_create("result", MFD_CLOEXEC));
    const std::string text =
        R"({"params":{"protocol":"nothing","count":0,"size":0},"seed":0,"seed_key":"","setting_key":"","packs":{},"artefact":"","host_wall_s":60})";
    if (::write(order, text.data(), text.size()) < 0 || ::lseek(order, 0, SEEK_SET) != 0)
      throw infrastructure("memfd failed");
    const int judge_end = high(ends[0]);
    const int host_end = high(ends[1]);
    const pid_t judge = spawn(judge_, {"judge", "run"}, {{order, 3}, {result, 4}, {judge_end, 5}});
    const pid_t host = spawn(host_, {"host"}, {{host_end, 3}});
    for (const int fd : {order, result, judge_end, host_end}) ::close(fd);
    for (const pid_t child : {judge, host}) {
      int status = 0;
      ::waitpid(child, &status, 0);
      if (status != 0) throw infrastructure("bench: a bare run failed");
    }
  }

 private:
  /// Moves a descriptor out of the way of the numbers that children expect.
  static int high(int fd) {
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 100);
    ::close(fd);
    return moved;
  }

  static pid_t spawn(const fs::path& program, std::vector<std::string> arguments,
                     const std::vector<std::pair<int, int>>& descriptors) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const auto& [from, to] : descriptors) ::posix_spawn_file_actions_adddup2(&actions, from, to);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    pid_t child = 0;
    const int error =
        ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw infrastructure(fmt::format("{}: cannot be started", program.string()));
    return child;
  }

  fs::path judge_;
  fs::path host_;
};

void add_conversation_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  const task::Task task = round_trip_task(places);
  const evaluate::Toolchain toolchain(places);
  const fs::path host = bench::built(toolchain, task, method_at(task.folder / "method.cpp"));
  const evaluate::Runner runner(places, task, evaluate::public_seal());

  const BareRun bare(places.build / "judges" / task.id, host);
  std::vector<double> sandboxed;
  std::vector<double> unprotected;
  for (int i = 0; i < 21; ++i) {
    sandboxed.push_back(
        seconds_of([&] { (void)runner.run({&task.setting("nothing"), 0, {}}, host, std::nullopt, {}); }));
    unprotected.push_back(seconds_of(bare));
  }
  const double milliseconds = 1000 * median(sandboxed);
  figures.push_back({"run.start-and-stop", milliseconds, "ms", "", "<= 60 ms"});
  figures.push_back({"run.start-and-stop", median(sandboxed) / median(unprotected), "ratio",
                     "the same run without a sandbox", ""});

  std::vector<double> oracle;
  std::vector<double> ping_pong;
  for (int i = 0; i < 3; ++i) {
    oracle.push_back(one_round_trip(runner, task, host, "oracle"));
    ping_pong.push_back(bare_round_trip());
  }
  figures.push_back({"oracle.round-trip", median(oracle), "us", "", "<= 15 us"});
  figures.push_back({"oracle.round-trip", median(oracle) / median(ping_pong), "ratio",
                     "a bare ping-pong of two processes on one core", ""});
  const double large = round_trip(runner, task, host, "oracle-10000");
  figures.push_back({"oracle.round-trip-160KB", large, "us", "", ""});
  const double single = round_trip(runner, task, host, "rollout-1");
  figures.push_back({"rollout.round-trip", single, "us", "", "<= 15 us"});
  const double vectorised = round_trip(runner, task, host, "rollout-32");
  figures.push_back({"rollout.step-of-one-in-32", vectorised / 32 / single, "ratio", "rollout.round-trip",
                     "amortised: < 0.2"});
  const double decision = round_trip(runner, task, host, "decide");
  figures.push_back({"decide.round-trip", decision, "us", "", "<= 15 us"});
  const double question = round_trip(runner, task, host, "generate");
  figures.push_back({"generate.round-trip", question, "us", "", "<= 15 us"});
  // Only runs of this protocol get the clock.
  task::Task timed = task;
  timed.protocol = "compute";
  const evaluate::Runner timing(places, timed, evaluate::public_seal());
  const double call = round_trip(timing, timed, host, "compute");
  figures.push_back({"compute.call", call, "us", "", "two round trips, sealed inputs and the clock"});
}

/// Edit to binary: the start method with a comment that was never compiled before.
void add_build_figures(const evaluate::Places& places, const task::Task& task, std::vector<Figure>& figures) {
  const evaluate::Toolchain toolchain(places);
  const evaluate::Method start = method_at(task.folder / "method.cpp");
  (void)toolchain.build(task, start);
  std::vector<double> fresh;
  std::vector<double> unchanged;
  for (int i = 0; i < 5; ++i) {
    const auto stamp = std::chrono::system_clock::now().time_since_epoch().count();
    const evaluate::Method edited =
        evaluate::method_from_source(fmt::format("{}\n// {} {}\n", start.source, stamp, i));
    fresh.push_back(seconds_of([&] { (void)toolchain.build(task, edited); }));
    unchanged.push_back(seconds_of([&] { (void)toolchain.build(task, edited); }));
  }
  figures.push_back({"build.edit-to-binary." + task.id, median(fresh), "s", "", "<= 1 s"});
  figures.push_back({"build.unchanged." + task.id, 1000 * median(unchanged), "ms", "", "<= 50 ms"});
  figures.push_back({"build.unchanged." + task.id, median(unchanged) / median(fresh), "ratio",
                     "build.edit-to-binary." + task.id, ""});
}

double tier_limit(const task::Task& task) {
  if (task.tier == "S") return 3;
  return task.tier == "M" ? 10 : 30;
}

/// The slowest setting of the start method, one run each, one at a time.
void add_run_figures(const evaluate::Places& places, const task::Task& task, std::vector<Figure>& figures) {
  evaluate::Options options;
  options.max_seeds = 1;
  options.jobs = 1;
  options.fresh = true;
  evaluate::prepare(places, task, options, {});
  const evaluate::Evaluation evaluation =
      evaluate::evaluate(places, task, method_at(task.folder / "method.cpp"), options, {});
  for (const evaluate::RunRecord& run : evaluation.runs) {
    figures.push_back({fmt::format("run.{}.{}", task.id, run.setting), run.wall_s, "s", "",
                       fmt::format("<= {} s", tier_limit(task))});
  }
}

void print_table(const std::vector<Figure>& figures) {
  std::string text;
  for (const Figure& figure : figures) {
    text += fmt::format("{:<62} {:>10.3f} {:<6}{}{}\n", figure.name, figure.value, figure.unit,
                        figure.ratio_to.empty() ? "" : " to " + figure.ratio_to,
                        figure.target.empty() ? "" : "   (" + figure.target + ")");
  }
  print_result(text);
}

void print_as_json(const std::vector<Figure>& figures) {
  Json list = Json::array();
  for (const Figure& figure : figures) {
    Json entry{{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
    entry["ratio_to"] = figure.ratio_to.empty() ? Json() : Json(figure.ratio_to);
    list.push_back(std::move(entry));
  }
  print_json(list);
}

void add_task_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  for (const task::Task& task : task::catalogue(places.root)) {
    say(fmt::format("bench: {}", task.id));
    add_build_figures(places, task, figures);
    add_run_figures(places, task, figures);
  }
}

struct Part {
  const char* name;
  const char* what;
  void (*add)(const evaluate::Places& places, std::vector<Figure>& figures);
};
constexpr Part parts[] = {{"messages", "judge, host and sandbox", add_conversation_figures},
                          {"torch", "hosts with libtorch", bench::add_torch_figures},
                          {"training", "training", bench::add_train_figures},
                          {"tasks", "tasks", add_task_figures},
                          {"results", "large results", bench::add_result_figures}};

std::vector<std::string> part_names() {
  std::vector<std::string> names;
  for (const Part& part : parts) names.emplace_back(part.name);
  return names;
}

/// Of `wanted`, or all where that is empty.
int run_bench(const std::vector<std::string>& wanted, bool json) {
  const evaluate::Places places = evaluate::default_places();
  std::vector<Figure> figures;
  for (const Part& part : parts) {
    if (!wanted.empty() && std::ranges::find(wanted, part.name) == wanted.end()) continue;
    say(fmt::format("bench: {}", part.what));
    part.add(places, figures);
  }
  if (json) {
    print_as_json(figures);
  } else {
    print_table(figures);
  }
  return exit_code::ok;
}

}  // namespace

void add_bench(Program& program) {
  CLI::App* verb = program.verb("Maintain", "bench", "Measure what sandbox, messages, builds and runs cost",
                                "mls bench\nmls bench messages training\nmls bench --json");
  const auto wanted = std::make_shared<std::vector<std::string>>();
  const auto json = std::make_shared<bool>(false);
  verb->add_option("PART", *wanted, "What to measure (default: all)")->check(CLI::IsMember(part_names()));
  verb->add_flag("--json", *json, "Print [{\"name\",\"value\",\"unit\",\"ratio_to\"}]");
  program.on(verb, [wanted, json] { return run_bench(*wanted, *json); });
}

}  // namespace mls::cli
