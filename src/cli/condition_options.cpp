#include "cli/condition_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "task/derivations.hpp"

namespace mls::cli {
namespace {

std::string help_of(const std::string& name) {
  static const std::map<std::string, std::string> about{
      {"context", "Published methods that the agent is shown"},
      {"stance", "What it is asked for"},
      {"capacity", "Caps on what components and carried models hold; off: scores are not comparable"},
      {"surface", "Changed files other than method.cpp: passed over, or tests and submissions refused"}};
  return fmt::format("{}: {} (default: {})", about.at(name), fmt::join(trial::condition_values(name), ", "),
                     trial::to_json(trial::Conditions{}).at(name).get<std::string>());
}

}  // namespace

void add_condition_options(CLI::App& verb, ConditionArguments& arguments) {
  for (const std::string& name : trial::condition_names()) {
    verb.add_option_function<std::string>(
            "--" + name, [&arguments, name](const std::string& value) { arguments[name] = value; },
            help_of(name))
        ->type_name("VALUE");
  }
}

trial::Conditions conditions_of(const ConditionArguments& arguments, const std::vector<task::Task>& tasks) {
  trial::Conditions conditions;
  for (const auto& [name, value] : arguments) set_condition(conditions, name, value);
  if (conditions.context == trial::Conditions::Context::derivations) {
    for (const task::Task& task : tasks) (void)task::derivations_of(task);
  }
  return conditions;
}

std::string usual_label(const std::string& agent, const trial::Conditions& conditions) {
  return conditions == trial::Conditions{} ? agent
                                           : fmt::format("{} ({})", agent, conditions_text(conditions));
}

}  // namespace mls::cli
