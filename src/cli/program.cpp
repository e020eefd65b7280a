#include "cli/program.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <new>

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "cli/version.hpp"
#include "core/error.hpp"
#include "evaluate/evaluate.hpp"
#include "task/nearest.hpp"

namespace mls::cli {
namespace {

// A handler instead of "ignore", because programs that we start inherit only the latter.
void survive_broken_pipes() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGPIPE, &action, nullptr);
}

std::vector<std::string> verb_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(verb->get_name());
  return names;
}

void check_verb(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const std::string given = argv[1];
  const auto names = verb_names(app);
  if (std::find(names.begin(), names.end(), given) != names.end()) return;
  throw usage_error(fmt::format("there is no verb \"{}\"; did you mean \"{}\"? `mls --help` lists all", given,
                                task::nearest(given, names).front()));
}

/// Help of the innermost verb on the command line.
std::string help_of(const CLI::App& app) {
  const CLI::App* innermost = &app;
  std::string path;
  for (auto chosen = app.get_subcommands(); !chosen.empty(); chosen = innermost->get_subcommands()) {
    path += (path.empty() ? "" : " ") + innermost->get_name();
    innermost = chosen.front();
  }
  return innermost->help(path);
}

void add_help_and_version(Program& program, CLI::App& app) {
  CLI::App* help = program.verb("About", "help", "Say what the verbs do", "mls help eval");
  auto of = std::make_shared<std::string>();
  help->add_option("VERB", *of, "Verb to explain");
  program.on(help, [&app, of] {
    if (!of->empty()) {
      const auto names = verb_names(app);
      if (std::find(names.begin(), names.end(), *of) == names.end()) {
        throw usage_error(fmt::format("there is no verb \"{}\"; did you mean \"{}\"?", *of,
                                      task::nearest(*of, names).front()));
      }
    }
    print_result(of->empty() ? app.help() : app.get_subcommand(*of)->help(app.get_name()));
    return exit_code::ok;
  });
  CLI::App* show_version = program.verb("About", "version", "Print the version", "mls version");
  program.on(show_version, [] {
    print_result(fmt::format("mls-bench {}\n", version));
    return exit_code::ok;
  });
}

int parse_and_act(int argc, char** argv) {
  CLI::App app("MLS-Bench: can a method for machine learning be invented that transfers?", "mls");
  app.require_subcommand(0, 1);
  app.footer("Every verb explains itself: mls VERB --help. The first thing to try: mls quickstart");
  Program program(app);
  add_quickstart(program);
  add_catalogue(program);
  add_workspace(program);
  add_boards(program);
  add_compare(program);
  add_measurement(program);
  add_data(program);
  add_doctor(program);
  add_bench(program);
  add_qc(program);
  add_attacks(program);
  add_run(program);
  add_trial(program);
  add_mcp(program);
  add_new_task(program);
  add_help_and_version(program, app);
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Print the version");
  check_verb(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print_result(help_of(app));
    return exit_code::ok;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    throw usage_error(fmt::format("{}; see `mls {}--help`", error.what(),
                                  chosen.empty() ? "" : chosen.front()->get_name() + " "));
  }
  if (wants_version) {
    print_result(fmt::format("mls-bench {}\n", version));
    return exit_code::ok;
  }
  if (!program.chosen()) {
    print_result(app.help());
    return exit_code::ok;
  }
  return program.chosen()();
}

int interrupted() {
  say("interrupted; what is finished is kept, run again to go on");
  return exit_code::interrupted;
}

}  // namespace

CLI::App* Program::verb(const std::string& group, const std::string& name, const std::string& summary,
                        const std::string& examples) {
  CLI::App* verb = app_.add_subcommand(name, summary);
  verb->group(group);
  verb->footer("Examples:\n  " + [&] {
    std::string lines;
    for (const char c : examples) lines += c == '\n' ? std::string("\n  ") : std::string(1, c);
    return lines;
  }());
  return verb;
}

void Program::on(CLI::App* verb, std::function<int()> action) {
  verb->callback([this, action = std::move(action)] { chosen_ = action; });
}

int run(int argc, char** argv) {
  survive_broken_pipes();
  try {
    return parse_and_act(argc, argv);
  } catch (const evaluate::Interrupted&) {
    return interrupted();
  } catch (const Error& error) {
    if (stop_requested()) return interrupted();
    say(fmt::format("error: {}", error.what()));
    return error.exit_code();
  } catch (const std::bad_alloc&) {
    say("error: out of memory");
  } catch (const std::exception& error) {
    if (stop_requested()) return interrupted();
    say(fmt::format("error: {} (a fault of the benchmark itself)", error.what()));
  }
  return exit_code::infrastructure;
}

}  // namespace mls::cli
