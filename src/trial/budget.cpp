#include "trial/budget.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/error.hpp"
#include "task/nearest.hpp"

namespace mls::trial {
namespace {

constexpr double explore_s = 5 * 3600.0;

Json or_null(const auto& limit) { return limit ? Json(*limit) : Json(nullptr); }

int count_field(const Json& json, const char* name) {
  const Json& value = json.at(name);
  if (!is_int(value) || value.get<int>() < 0)
    throw bad_input(fmt::format("\"{}\" is {}, a count is expected", name, value.dump()));
  return value.get<int>();
}

std::string count_text(int used, const std::optional<int>& limit, const char* noun) {
  return limit ? fmt::format("{} of {} {}s", used, *limit, noun)
               : fmt::format("{} {}{}", used, noun, used == 1 ? "" : "s");
}

std::string time_text(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} s", whole);
}

}  // namespace

Json to_json(const Budget& budget) {
  return {{"tier", budget.tier},
          {"actions", or_null(budget.actions)},
          {"tests", or_null(budget.tests)},
          {"seconds", or_null(budget.seconds)}};
}

const std::vector<std::string>& tier_names() {
  static const std::vector<std::string> names{"full", "lite", "explore"};
  return names;
}

Budget tier_named(const std::string& name) {
  if (name == "full") return {name, 20, 3, std::nullopt};
  if (name == "lite") return {name, 8, 1, std::nullopt};
  if (name == "explore") return {name, std::nullopt, std::nullopt, explore_s};
  throw usage_error(fmt::format("there is no tier \"{}\"; did you mean \"{}\"? There are: {}", name,
                                task::nearest(name, tier_names()).front(), fmt::join(tier_names(), ", ")));
}

Json to_json(const Used& used) {
  // Milliseconds say enough, and read well.
  return {
      {"actions", used.actions}, {"tests", used.tests}, {"seconds", std::round(used.seconds * 1000) / 1000}};
}

Used used_from_json(const Json& json) {
  try {
    const Json& seconds = json.at("seconds");
    if (!seconds.is_number() || !(seconds.get<double>() >= 0))
      throw bad_input(fmt::format("\"seconds\" is {}, a time is expected", seconds.dump()));
    return {count_field(json, "actions"), count_field(json, "tests"), seconds.get<double>()};
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not what was used of a budget: {}", error.what()));
  }
}

std::string budget_text(const Budget& budget, const Used& used) {
  return fmt::format("{}, {}, {}{}", count_text(used.tests, budget.tests, "test"),
                     count_text(used.actions, budget.actions, "action"), time_text(used.seconds),
                     budget.seconds ? fmt::format(" of {}", time_text(*budget.seconds)) : std::string());
}

}  // namespace mls::trial
