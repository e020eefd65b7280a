#include "trial/agent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "task/nearest.hpp"
#include "trial/command_agent.hpp"
#include "trial/llm_agent.hpp"
#include "trial/tools.hpp"
#include "trial/tuner.hpp"

namespace mls::trial {
namespace {

/// Submits what workspaces begin with: the score of doing nothing.
class StartAgent final : public Agent {
 public:
  [[nodiscard]] std::string name() const override { return "start"; }
  [[nodiscard]] Json settings() const override { return Json::object(); }
  [[nodiscard]] Budget budget() const override { return {"own", std::nullopt, 0, std::nullopt}; }
  void run(Desk& desk) const override { desk.submit(desk.brief().start().source); }
};

double share_field(const Json& json) {
  const auto value = json.get<double>();
  if (!(value >= 0 && value <= 1)) throw bad_input(fmt::format("a score of {} is not in 0 ... 1", value));
  return value;
}

Json metrics_json(const TestReport& report) {
  Json json = Json::object();
  for (const auto& [setting, metrics] : report.metrics) json[setting] = Json(metrics);
  return json;
}

/// What the options say, within the tier if one is named.
TunerOptions tuner_options(const AgentOptions& options) {
  TunerOptions tuner{options.seed, options.tests.value_or(TunerOptions{}.tests), {}};
  if (!options.tier) return tuner;
  const Budget tier = tier_named(*options.tier);
  tuner.tier = tier;
  if (const auto most = tier.tests) {
    if (options.tests && *options.tests > *most)
      throw usage_error(fmt::format("--tests {} is more than the {} of the tier {}; leave one of them out",
                                    *options.tests, *most, *options.tier));
    tuner.tests = std::min(tuner.tests, *most);
  }
  return tuner;
}

void refuse_what_programs_need(const std::string& name, const AgentOptions& options) {
  if (!options.config.empty())
    throw usage_error(fmt::format("the agent {} has no use for --config; leave it out", name));
  if (options.predict)
    throw usage_error(fmt::format("the agent {} predicts nothing; leave out --predict", name));
}

}  // namespace

std::string_view name_of(Refusal::Reason reason) {
  switch (reason) {
    case Refusal::Reason::over:
      return "over";
    case Refusal::Reason::budget:
      return "budget";
    case Refusal::Reason::busy:
      return "busy";
    case Refusal::Reason::unacceptable:
      return "unacceptable";
    case Refusal::Reason::malformed:
      return "malformed";
    case Refusal::Reason::surface:
      return "surface";
    case Refusal::Reason::mismatch:
      return "mismatch";
  }
  return "";
}

std::unique_ptr<Workshop> Desk::open_workshop() {
  throw infrastructure("this desk has no workshop: programs cannot work at it");
}

std::unique_ptr<Toolbox> Desk::open_toolbox() {
  throw infrastructure("this desk has no tools: agents that call tools cannot work at it");
}

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
          {"settings", std::move(settings)},
          {"metrics", metrics_json(report)},
          {"details", report.details}};
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
    for (const auto& [setting, metrics] : json.at("metrics").items())
      report.metrics.emplace_back(setting, metrics.get<score::Metrics>());
    report.details = json.at("details").get<std::string>();
    return report;
  } catch (const Json::exception& error) {
    throw bad_input(fmt::format("not the report of a test: {}", error.what()));
  }
}

const std::vector<std::string>& agent_names() {
  static const std::vector<std::string> names{"start", "tuner", "command", "llm"};
  return names;
}

std::unique_ptr<Agent> make_agent(const std::string& name, const AgentOptions& options) {
  if (name == "tuner") {
    refuse_what_programs_need(name, options);
    return std::make_unique<TunerAgent>(tuner_options(options));
  }
  if (name == "start") {
    refuse_what_programs_need(name, options);
    if (options.tests) throw usage_error("the agent start makes no tests; leave out --tests");
    if (options.tier) throw usage_error("the agent start makes no tests; leave out --tier");
    return std::make_unique<StartAgent>();
  }
  if (name == "command" || name == "llm") {
    if (options.tests) {
      throw usage_error(fmt::format(
          "the tests of the agent {} are counted by its tier; use --tier instead of --tests", name));
    }
    if (name == "llm") return std::make_unique<LlmAgent>(llm_options(options));
    return std::make_unique<CommandAgent>(command_options(options));
  }
  throw usage_error(fmt::format("there is no agent \"{}\"; did you mean \"{}\"? There are: {}", name,
                                task::nearest(name, agent_names()).front(), fmt::join(agent_names(), ", ")));
}

}  // namespace mls::trial
