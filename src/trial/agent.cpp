#include "trial/agent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "trial/tuner.hpp"

namespace mls::trial {
namespace {

/// Submits what workspaces begin with: the score of doing nothing.
class StartAgent final : public Agent {
 public:
  [[nodiscard]] std::string name() const override { return "start"; }
  [[nodiscard]] Json settings() const override { return Json::object(); }
  [[nodiscard]] int tests() const override { return 0; }
  [[nodiscard]] std::string run(Desk& desk) const override { return desk.brief().start().source; }
};

double share_field(const Json& json) {
  const auto value = json.get<double>();
  if (!(value >= 0 && value <= 1)) throw bad_input(fmt::format("a score of {} is not in 0 ... 1", value));
  return value;
}

}  // namespace

const BaselineBrief& Brief::start() const {
  const auto at = std::ranges::find_if(baselines, [](const auto& one) { return one.start; });
  if (at == baselines.end()) throw infrastructure(fmt::format("{}: no baseline is the start", task));
  return *at;
}

Json to_json(const TestReport& report) {
  Json settings = Json::array();
  for (const auto& [id, score] : report.settings) settings.push_back({{"id", id}, {"score", score}});
  return {{"method_sha256", report.method_sha256},
          {"status", evaluate::name_of(report.status)},
          {"message", report.message},
          {"score", report.score ? Json(*report.score) : Json(nullptr)},
          {"settings", std::move(settings)}};
}

TestReport test_report_from_json(const Json& json) {
  try {
    TestReport report;
    report.method_sha256 = json.at("method_sha256").get<std::string>();
    const auto status = evaluate::status_named(json.at("status").get<std::string>());
    if (!status) throw bad_input(fmt::format("status {} is unknown", json.at("status").dump()));
    report.status = *status;
    report.message = json.at("message").get<std::string>();
    if (!json.at("score").is_null()) report.score = share_field(json.at("score"));
    for (const Json& setting : json.at("settings"))
      report.settings.emplace_back(setting.at("id").get<std::string>(), share_field(setting.at("score")));
    return report;
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not the report of a test: {}", error.what()));
  }
}

const std::vector<std::string>& agent_names() {
  static const std::vector<std::string> names{"start", "tuner"};
  return names;
}

std::unique_ptr<Agent> make_agent(const std::string& name, const AgentOptions& options) {
  if (name == "tuner") {
    return std::make_unique<TunerAgent>(
        TunerOptions{options.seed, options.tests.value_or(TunerOptions{}.tests)});
  }
  if (name == "start") {
    if (options.tests) throw usage_error("the agent start makes no tests; leave out --tests");
    return std::make_unique<StartAgent>();
  }
  throw usage_error(fmt::format("there is no agent \"{}\"; did you mean \"{}\"? There are: {}", name,
                                task::nearest(name, agent_names()).front(), fmt::join(agent_names(), ", ")));
}

}  // namespace mls::trial
