#include "trial/conditions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "task/nearest.hpp"

namespace mls::trial {
namespace {

/// One condition: its values are named in the order of its enumeration.
struct Condition {
  std::string name;
  std::vector<std::string> values;
  std::size_t (*get)(const Conditions&);
  void (*set)(Conditions&, std::size_t);
};

template <auto member>
Condition condition(std::string name, std::vector<std::string> values) {
  return {std::move(name), std::move(values),
          [](const Conditions& all) { return static_cast<std::size_t>(all.*member); },
          [](Conditions& all, std::size_t value) {
            using Value = std::remove_reference_t<decltype(all.*member)>;
            all.*member = static_cast<Value>(value);
          }};
}

const std::vector<Condition>& table() {
  static const std::vector<Condition> conditions{
      condition<&Conditions::context>("context", {"none", "baselines", "derivations"}),
      condition<&Conditions::stance>("stance", {"invention", "engineering"}),
      condition<&Conditions::capacity>("capacity", {"on", "off"}),
      condition<&Conditions::surface>("surface", {"lenient", "strict"})};
  return conditions;
}

const Condition& condition_named(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Condition::name);
  if (found != table().end()) return *found;
  throw usage_error(fmt::format("there is no condition \"{}\"; did you mean \"{}\"? There are: {}", name,
                                task::nearest(name, condition_names()).front(),
                                fmt::join(condition_names(), ", ")));
}

const std::string& value_of(const Condition& condition, const Conditions& conditions) {
  return condition.values[condition.get(conditions)];
}

}  // namespace

const std::vector<std::string>& condition_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Condition& one : table()) all.push_back(one.name);
    return all;
  }();
  return names;
}

const std::vector<std::string>& condition_values(std::string_view name) {
  return condition_named(name).values;
}

void set_condition(Conditions& conditions, std::string_view name, const std::string& value) {
  const Condition& one = condition_named(name);
  const auto found = std::ranges::find(one.values, value);
  if (found == one.values.end()) {
    throw usage_error(fmt::format("{} \"{}\" is unknown; did you mean \"{}\"? There are: {}", name, value,
                                  task::nearest(value, one.values).front(), fmt::join(one.values, ", ")));
  }
  one.set(conditions, static_cast<std::size_t>(found - one.values.begin()));
}

Json to_json(const Conditions& conditions) {
  Json json = Json::object();
  for (const Condition& one : table()) json[one.name] = value_of(one, conditions);
  return json;
}

Conditions conditions_from_json(const Json& json) {
  Conditions conditions;
  try {
    for (const std::string& name : condition_names())
      set_condition(conditions, name, json.at(name).get<std::string>());
  } catch (const std::exception& error) {
    throw bad_input(fmt::format("not the conditions of a trial: {}", error.what()));
  }
  return conditions;
}

std::string conditions_text(const Conditions& conditions) {
  std::vector<std::string> unusual;
  for (const Condition& one : table()) {
    if (one.get(conditions) != one.get(Conditions{}))
      unusual.push_back(one.name + " " + value_of(one, conditions));
  }
  return fmt::format("{}", fmt::join(unusual, ", "));
}

}  // namespace mls::trial
