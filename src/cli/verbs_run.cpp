#include <fmt/format.h>

#include "cli/condition_options.hpp"
#include "cli/evaluate_options.hpp"
#include "cli/suite_verb.hpp"
#include "cli/verbs.hpp"
#include "cli/verdict.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "store/run_folder.hpp"
#include "task/suite.hpp"
#include "trial/trial_log.hpp"

namespace mls::cli {
namespace {

namespace fs = std::filesystem;

constexpr int max_seed = 1'000'000'000;

struct RunArguments {
  std::string suite;
  std::string agent;
  int seed = 0;
  std::optional<int> tests;
  std::optional<std::string> tier;
  fs::path config;
  bool predict = false;
  ConditionArguments conditions;
  std::optional<std::string> label;
  int jobs = 0;
  fs::path seal_key;
  bool resume = false;
  bool finish = false;
  bool json = false;
};

/// What the last `mls run` was asked for, so that `mls run --resume` can go on with it.
fs::path last_order_file(const fs::path& home) { return trial::trials_folder(home) / "last-run.json"; }

void remember(const fs::path& home, const RunArguments& arguments) {
  const auto absolute = [](const fs::path& path) { return path.empty() ? path : fs::absolute(path); };
  const bool own_file = arguments.suite.ends_with(".toml");
  const Json order{{"suite", own_file ? absolute(arguments.suite).string() : arguments.suite},
                   {"agent", arguments.agent},
                   {"seed", arguments.seed},
                   {"tests", arguments.tests ? Json(*arguments.tests) : Json(nullptr)},
                   {"tier", arguments.tier ? Json(*arguments.tier) : Json(nullptr)},
                   {"config", absolute(arguments.config).string()},
                   {"predict", arguments.predict},
                   {"conditions", arguments.conditions},
                   {"name", arguments.label ? Json(*arguments.label) : Json(nullptr)},
                   {"seal_key", absolute(arguments.seal_key).string()}};
  write_atomic(last_order_file(home), order.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

int integer_in(const Json& order, const char* name, int least) {
  const Json& value = order.at(name);
  if (!is_int(value) || value.get<int>() < least)
    throw bad_input(
        fmt::format("\"{}\" is {}, an integer of at least {} is expected", name, value.dump(), least));
  return value.get<int>();
}

RunArguments remembered(const fs::path& home, RunArguments arguments) {
  const fs::path file = last_order_file(home);
  if (!fs::exists(file)) {
    throw usage_error(
        "there is no earlier run to go on with; name --suite and --agent, see `mls run --help`");
  }
  try {
    const Json order = parse_json(read_file(file, std::size_t{1} << 16));
    arguments.suite = order.at("suite").get<std::string>();
    arguments.agent = order.at("agent").get<std::string>();
    arguments.seed = integer_in(order, "seed", 0);
    if (!order.at("tests").is_null()) arguments.tests = integer_in(order, "tests", 1);
    if (!order.at("tier").is_null()) arguments.tier = order.at("tier").get<std::string>();
    arguments.config = order.at("config").get<std::string>();
    arguments.predict = order.at("predict").get<bool>();
    arguments.conditions = order.value("conditions", arguments.conditions);
    if (!order.at("name").is_null()) arguments.label = order.at("name").get<std::string>();
    arguments.seal_key = order.at("seal_key").get<std::string>();
    return arguments;
  } catch (const std::exception& error) {
    throw bad_input(fmt::format("{}: {}; name --suite and --agent instead", file.string(), error.what()));
  }
}

/// Going on is what every run does; --resume by itself says with what.
RunArguments completed(const fs::path& home, const RunArguments& arguments) {
  const bool asked = !arguments.suite.empty() || !arguments.agent.empty();
  if (arguments.resume && !asked) {
    if (arguments.seed != 0 || arguments.tests || arguments.tier || !arguments.config.empty() ||
        arguments.predict || !arguments.conditions.empty() || arguments.label ||
        !arguments.seal_key.empty()) {
      throw usage_error(
          "--resume alone goes on with the last run as it was asked for; name --suite and --agent beside "
          "other "
          "options");
    }
    return remembered(home, arguments);
  }
  if (arguments.suite.empty()) throw usage_error("--suite is required; see `mls run --help`");
  if (arguments.agent.empty()) throw usage_error("--agent is required; see `mls run --help`");
  return arguments;
}

trial::SuiteOrder order_of(const evaluate::Places& places, const task::Suite& suite,
                           const trial::Agent& agent, const RunArguments& arguments, std::stop_token stop) {
  trial::SuiteOrder order;
  order.places = &places;
  order.agent = &agent;
  order.conditions = conditions_of(arguments.conditions, suite.tasks);
  order.label = arguments.label.value_or(usual_label(agent.name(), order.conditions));
  store::check_label(order.label);
  order.trials_at_once = arguments.jobs;
  order.finish = arguments.finish;
  order.options = options_of({.seal_key = arguments.seal_key}, std::move(stop));
  for (const auto& task : suite.tasks)
    order.yardsticks.push_back(yardstick_for_scoring(places, task, order.options.seal.id));
  return order;
}

int run_suite(const RunArguments& given) {
  const auto places = evaluate::default_places();
  const RunArguments arguments = completed(places.home, given);
  const auto agent =
      trial::make_agent(arguments.agent, {static_cast<std::uint64_t>(arguments.seed), arguments.tests,
                                          arguments.tier, arguments.config, arguments.predict});
  const auto suite = task::suite_named(places.root, arguments.suite);
  return run_and_print(
      suite.name,
      [&](SuiteProgress&, std::stop_token stop) {
        trial::SuiteOrder order = order_of(places, suite, *agent, arguments, std::move(stop));
        remember(places.home, arguments);
        return order;
      },
      arguments.json);
}

}  // namespace

void add_run(Program& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* verb = program.verb(
      "Measure", "run",
      "Let an agent try every task of a suite; goes on where an earlier run of the same stopped",
      "mls run --suite lite --agent tuner\nmls run --suite all --agent start --jobs 4\n"
      "mls run --suite optimization-and-theory --agent tuner --tests 50 --seed 1 --name tuner-50 --json\n"
      "mls run --suite lite --agent command --config my-agent.toml --tier full --name my-agent\n"
      "mls run --suite lite --agent llm --config my-model.toml --tier full --name my-model\n"
      "mls run --resume\nmls run --resume --finish");
  verb->add_option("--suite", arguments->suite,
                   "all, lite, an area, a task, or a suite's file that ends in .toml")
      ->type_name("SUITE");
  verb->add_option("--agent", arguments->agent,
                   "tuner (tunes the numbers of the best baseline), start (submits what workspaces begin "
                   "with), command (any program) or llm (a model behind an API), see docs/agents.md")
      ->type_name("AGENT");
  verb->add_option("--tests", arguments->tests, "Tests on the visible settings a trial (tuner: 20)")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
  verb->add_option("--tier", arguments->tier,
                   "Budget: full (20 actions, 3 tests), lite (8 actions, 1 test) or explore (5 hours); "
                   "command, llm: full unless named")
      ->type_name("TIER");
  verb->add_option("--config", arguments->config, "command, llm: TOML file that says what to run")
      ->type_name("FILE");
  verb->add_flag("--predict", arguments->predict,
                 "command, llm: record what the agent expects beforehand, and how well it knew");
  verb->add_option("--seed", arguments->seed, "Of the agent's random choices (default: 0)")
      ->type_name("N")
      ->check(CLI::Range(0, max_seed));
  verb->add_option("--name", arguments->label, "Label on the leaderboard (default: the agent's name)")
      ->type_name("LABEL");
  add_condition_options(*verb, arguments->conditions);
  verb->add_option("--jobs", arguments->jobs,
                   "Trials at a time (default: one per core; at least 8 of an agent that mostly waits)")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  verb->add_option("--seal-key", arguments->seal_key,
                   "File with a private key for all draws, at least 16 bytes (default: the public key)")
      ->type_name("FILE");
  verb->add_flag("--resume", arguments->resume, "Alone: go on with the last run as it was asked for");
  verb->add_flag("--finish", arguments->finish,
                 "Let the agent do no more: end the trials that are open and score what was submitted or "
                 "tested last");
  verb->add_flag("--json", arguments->json, "Print JSON");
  program.on(verb, [arguments] { return run_suite(*arguments); });
}

}  // namespace mls::cli
