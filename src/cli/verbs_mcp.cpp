#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cli/condition_options.hpp"
#include "cli/evaluate_options.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/suite_verb.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict.hpp"
#include "core/error.hpp"
#include "sandbox/descriptor.hpp"
#include "store/run_folder.hpp"
#include "trial/mcp_server.hpp"
#include "trial/trial_log.hpp"

extern char** environ;

namespace mls::cli {
namespace {

namespace fs = std::filesystem;

constexpr int default_seconds = 5 * 3600;
constexpr int max_seconds = 7 * 24 * 3600;

struct McpArguments {
  std::string task;
  std::string tier = "full";
  int seconds = default_seconds;
  std::optional<std::string> label;
  bool predict = false;
  ConditionArguments conditions;
  fs::path seal_key;
  bool finish = false;
  bool json = false;
};

trial::McpAgent::Options agent_options(const McpArguments& arguments) {
  trial::McpAgent::Options options{trial::tier_named(arguments.tier), arguments.predict};
  options.budget.seconds =
      std::min(options.budget.seconds.value_or(max_seconds), static_cast<double>(arguments.seconds));
  return options;
}

std::string label_of(const McpArguments& arguments, const trial::Conditions& conditions) {
  return arguments.label.value_or(usual_label("mcp", conditions));
}

/// The command line that ends the trial and scores it.
std::vector<std::string> finishing_command(const McpArguments& arguments) {
  std::vector<std::string> command{fs::read_symlink("/proc/self/exe").string(), "mcp"};
  const auto add = [&](const char* option, const std::string& value) {
    command.emplace_back(option);
    command.push_back(value);
  };
  add("--task", arguments.task);
  add("--tier", arguments.tier);
  add("--seconds", std::to_string(arguments.seconds));
  if (arguments.label) add("--name", *arguments.label);
  for (const auto& [name, value] : arguments.conditions) add(("--" + name).c_str(), value);
  if (!arguments.seal_key.empty()) add("--seal-key", fs::absolute(arguments.seal_key).string());
  if (arguments.predict) command.emplace_back("--predict");
  command.emplace_back("--finish");
  return command;
}

/// Starts a process in a session of its own that survives this one, with its output in `log`.
void start_detached(std::vector<std::string> command, const fs::path& log) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (auto& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int failure = ::posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failure != 0)
    throw infrastructure(fmt::format("{}: cannot be started: {}", argv[0], std::strerror(failure)));
}

/// What other parts of the program might print must not get between messages.
sandbox::Descriptor take_standard_output() {
  sandbox::Descriptor out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!out.open() || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw infrastructure("standard output cannot be used");
  return out;
}

/// One server, from its first message to its last.
class Service {
 public:
  Service(const McpArguments& arguments, const evaluate::Places& places, store::Yardstick yardstick)
      : arguments_(arguments),
        yardstick_(std::move(yardstick)),
        out_(take_standard_output()),
        channel_(STDIN_FILENO, out_.get()),
        server_(channel_, trial::mcp_face(order_of(places, silent_)), [this] { start_scoring(); }),
        agent_(agent_options(arguments), &server_),
        order_(order_of(places, agent_)) {
    order_.options = options_of({.seal_key = arguments.seal_key}, server_.gone());
  }

  void run(const std::stop_token& stop) {
    const std::stop_callback hang_up(stop, [this] { channel_.hang_up(); });
    while (auto call = server_.next_call()) {
      server_.begin_with(*std::move(call));
      try {
        begin_or_refuse();
      } catch (const evaluate::Interrupted&) {
        break;  // the client is gone
      } catch (const std::exception& error) {
        say(fmt::format("error: {}", error.what()));
        server_.answer_first({fmt::format("The benchmark failed: {}\n", error.what()), true});
      }
    }
    tell_standing();
  }

 private:
  trial::TrialOrder order_of(const evaluate::Places& places, const trial::Agent& agent) const {
    trial::TrialOrder order;
    order.places = &places;
    order.yardstick = &yardstick_;
    order.agent = &agent;
    order.conditions = conditions_of(arguments_.conditions, {yardstick_.task});
    order.label = label_of(arguments_, order.conditions);
    return order;
  }

  void begin_or_refuse() {
    const trial::TrialStanding standing = trial::standing_of(order_);
    if (standing.ended) {
      if (!standing.done && !standing.busy && !scoring_) start_scoring();
      server_.answer_first(
          {"The trial has ended. Another one is begun by `mls mcp` with another --name.\n", true});
    } else if (standing.busy) {
      server_.answer_first(
          {"Another `mls mcp` works on this trial. End it and call again, or begin a trial of "
           "your own with another --name.\n",
           true});
    } else {
      trial::work_on_trial(order_);
      start_scoring();
    }
  }

  void start_scoring() {
    const trial::TrialStanding standing = trial::standing_of(order_);
    const fs::path log = trial::trials_folder(order_.places->home) / standing.id / "scoring.log";
    start_detached(finishing_command(arguments_), log);
    say(fmt::format("{} is scored in the background; see {}, then `mls leaderboard {}`", standing.id,
                    log.string(), arguments_.task));
    scoring_ = true;
  }

  void tell_standing() const {
    const trial::TrialStanding standing = trial::standing_of(order_);
    if (!standing.begun || standing.ended || scoring_) return;
    say(fmt::format(
        "{} stays open, for nothing was submitted: the same command goes on with it, and with --finish "
        "scores what was tested last",
        standing.id));
  }

  const McpArguments& arguments_;
  store::Yardstick yardstick_;
  trial::McpAgent silent_{agent_options(arguments_), nullptr};
  sandbox::Descriptor out_;
  trial::LineChannel channel_;
  trial::McpServer server_;
  trial::McpAgent agent_;
  trial::TrialOrder order_;
  bool scoring_ = false;
};

void check_finishable(const trial::TrialStanding& standing, const fs::path& home, const std::string& task,
                      SuiteProgress& progress) {
  if (!standing.begun) {
    const std::vector<std::string> others = trial::trial_ids(home, task + "-mcp-");
    throw usage_error(fmt::format(
        "there is no trial {}: nothing to finish; {}; its options must be the same as when it was begun, "
        "--tier, --seconds and --name included",
        standing.id,
        others.empty() ? std::string("none was begun on this task")
                       : fmt::format("begun on this task: {} (`mls trace` shows the options)",
                                     fmt::join(others, ", "))));
  }
  if (standing.busy) progress.say("another process works on this trial; waiting for it");
}

int finish(const McpArguments& arguments, const evaluate::Places& places, store::Yardstick yardstick) {
  const trial::McpAgent agent(agent_options(arguments), nullptr);
  return run_and_print(
      arguments.task,
      [&](SuiteProgress& progress, std::stop_token stop) {
        trial::SuiteOrder order;
        order.places = &places;
        order.agent = &agent;
        order.conditions = conditions_of(arguments.conditions, {yardstick.task});
        order.label = label_of(arguments, order.conditions);
        order.options = options_of({.seal_key = arguments.seal_key}, std::move(stop));
        order.yardsticks.push_back(std::move(yardstick));
        check_finishable(trial::standing_of(trial::trial_of(order, 0)), places.home, arguments.task,
                         progress);
        return order;
      },
      arguments.json);
}

int mcp(const McpArguments& arguments) {
  if (arguments.label) store::check_label(*arguments.label);
  const auto places = evaluate::default_places();
  const auto seal = options_of({.seal_key = arguments.seal_key}, {}).seal.id;
  auto yardstick = yardstick_for_scoring(places, task::find(places.root, arguments.task), seal);
  if (arguments.finish) return finish(arguments, places, std::move(yardstick));
  if (::isatty(STDIN_FILENO) != 0)
    say("this is a server for MCP clients, which start it themselves; see docs/agents.md. Ctrl-D ends it");
  const StopOnSignal stop;
  Service(arguments, places, std::move(yardstick)).run(stop.token());
  if (stop_requested()) throw evaluate::Interrupted();
  return exit_code::ok;
}

}  // namespace

void add_mcp(Program& program) {
  auto arguments = std::make_shared<McpArguments>();
  CLI::App* verb = program.verb("Measure", "mcp",
                                "Let a client of the Model Context Protocol (Claude Code, Codex, ...) work "
                                "on one trial; over stdin and stdout",
                                "mls mcp --task ml-calibration --name my-agent\n"
                                "mls mcp --task ml-calibration --name my-agent --tier lite --seconds 3600\n"
                                "mls mcp --task ml-calibration --name my-agent --finish\n"
                                "claude mcp add mls -- mls mcp --task ml-calibration --name claude-code");
  verb->add_option("--task", arguments->task, "Which task")->type_name("TASK")->required();
  verb->add_option("--tier", arguments->tier,
                   "Budget: full (20 actions, 3 tests; the default), lite (8 actions, 1 test) or explore")
      ->type_name("TIER");
  verb->add_option("--seconds", arguments->seconds,
                   "Wall clock from the first call of a tool, while the client is connected (default: 18000)")
      ->type_name("N")
      ->check(CLI::Range(1, max_seconds));
  verb->add_option("--name", arguments->label,
                   "Label on the leaderboard (default: mcp); another name, another trial")
      ->type_name("LABEL");
  verb->add_flag("--predict", arguments->predict,
                 "Record what the agent expects beforehand, and how well it knew");
  add_condition_options(*verb, arguments->conditions);
  verb->add_option("--seal-key", arguments->seal_key,
                   "File with a private key for all draws, at least 16 bytes (default: the public key)")
      ->type_name("FILE");
  CLI::Option* finish =
      verb->add_flag("--finish", arguments->finish,
                     "Serve nobody: end the trial and score what is there, or say how it was scored");
  verb->add_flag("--json", arguments->json, "With --finish: print JSON, as `mls run --json`")->needs(finish);
  program.on(verb, [arguments] { return mcp(*arguments); });
}

}  // namespace mls::cli
