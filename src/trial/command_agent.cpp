#include "trial/command_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "task/strict_toml.hpp"
#include "trial/agent_config.hpp"
#include "trial/agent_sandbox.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;
using task::TomlFields;

constexpr int max_mb = 1 << 20;
constexpr std::size_t least_secret_bytes = 8;
constexpr std::size_t max_shown_bytes = 4096;

/// Programs get nothing behind a zero byte.
void refuse_zeros(const TomlFields& fields, const char* key, const std::string& text) {
  if (text.find('\0') != std::string::npos)
    throw fields.error(key, fmt::format("'{}' holds a zero byte; leave it out", key));
}

std::vector<std::string> words_in(const TomlFields& fields, const char* key) {
  std::vector<std::string> words = fields.words(key);
  for (const std::string& word : words) refuse_zeros(fields, key, word);
  return words;
}

NetworkOption network_in(const TomlFields& fields) {
  constexpr const char* key = "network";
  if (!fields.has(key)) return {};
  if (fields.is_text(key)) {
    const std::string word = fields.text(key);
    if (word == "none") return {};
    if (word == "open") return {.open = true, .destinations = {}};
    throw fields.error(
        key, fmt::format(R"('{}' is "{}"; write "none", "open" or a list like ["api.example.com:443"])", key,
                         word.substr(0, 200)));
  }
  NetworkOption network;
  for (const std::string& text : words_in(fields, key)) {
    try {
      network.destinations.push_back(Destination::from_text(text));
    } catch (const Error& error) {
      throw fields.error(
          key, fmt::format("'{}': {}; write host and port, like \"api.example.com:443\"", key, error.what()));
    }
  }
  if (network.destinations.empty())
    throw fields.error(
        key, fmt::format(R"('{}' is an empty list; write "none" where nothing is to be reached)", key));
  return network;
}

std::map<std::string, std::string> variables_in(const TomlFields& fields) {
  constexpr const char* key = "variables";
  std::map<std::string, std::string> found;
  const nlohmann::json given = fields.object(key);
  for (const auto& [name, value] : given.items()) {
    if (!value.is_string())
      throw fields.error(key, fmt::format("the variable '{}' is {}; write a string, like {} = \"...\"", name,
                                          value.dump().substr(0, 80), name));
    found[name] = value.get<std::string>();
    refuse_zeros(fields, key, found[name]);
  }
  return found;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Of the variables that it may see, those that are set.
std::map<std::string, std::string> environment_of(const CommandOptions& options) {
  std::map<std::string, std::string> environment = options.variables;
  for (const std::string& name : options.environment) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      throw bad_input(fmt::format(
          "the environment variable {} is not set; set it, or take it out of `environment` in the "
          "agent's file",
          name));
    environment[name] = value;
  }
  return environment;
}

AgentCommand command_in(const CommandOptions& options, const Workshop& workshop) {
  AgentCommand command;
  const std::string instruction = read_file(workshop.folder() / "workspace" / "INSTRUCTIONS.md");
  for (const std::string& word : options.command) {
    command.argv.push_back(replaced(replaced(word, "{instructions_file}", "/work/INSTRUCTIONS.md"),
                                    "{instruction}", instruction));
  }
  command.folder = workshop.folder();
  command.network = options.network.open;
  command.environment = environment_of(options);
  command.mounts = options.mounts;
  command.secrets = workshop.secrets();
  command.disk_mb = options.disk_mb;
  command.memory_mb = options.memory_mb;
  command.log_file = workshop.log_file();
  return command;
}

/// "exited with status 3"
std::string end_text(const AgentEnd& end) {
  switch (end.kind) {
    case AgentEnd::Kind::exited:
      return fmt::format("exited with status {}", end.code);
    case AgentEnd::Kind::signalled:
      return fmt::format("was killed by signal {}", end.code);
    case AgentEnd::Kind::stopped:
      return "was ended";
  }
  return "";
}

}  // namespace

Json to_json(const NetworkOption& network) {
  if (network.destinations.empty()) return network.open ? "open" : "none";
  Json list = Json::array();
  for (const Destination& destination : network.destinations) list.push_back(destination.text());
  return list;
}

CommandOptions command_options_from_toml(std::string_view text, const std::string& file) {
  const task::TomlDocument document = task::parse_toml(text, file, agent_guide);
  const TomlFields fields = TomlFields(document, {"agent"})
                                .table("agent", {"command", "network", "seconds", "disk_mb", "memory_mb",
                                                 "environment", "variables", "mounts"});
  CommandOptions options;
  options.command = words_in(fields, "command");
  if (options.command.empty()) {
    throw fields.error(
        "command",
        "[agent] lacks 'command', the program and its arguments; add command = [\"...\", \"...\"]");
  }
  options.network = network_in(fields);
  options.budget.seconds = integer_or(fields, "seconds", default_seconds, 1, max_seconds);
  options.disk_mb = integer_or(fields, "disk_mb", options.disk_mb, 1, max_mb);
  options.memory_mb = integer_or(fields, "memory_mb", options.memory_mb, 64, max_mb);
  options.environment = words_in(fields, "environment");
  options.variables = variables_in(fields);
  for (const std::string& mount : words_in(fields, "mounts")) options.mounts.emplace_back(mount);
  return options;
}

CommandOptions command_options(const AgentOptions& options) {
  CommandOptions read =
      command_options_from_toml(config_text(options, "command", "says what to run"), options.config.string());
  read.budget = budget_of(options, read.budget.seconds);
  read.predict = options.predict;
  return read;
}

Json CommandAgent::settings() const {
  Json mounts = Json::array();
  for (const fs::path& mount : options_.mounts) mounts.push_back(mount.string());
  return {
      {"tier", options_.budget.tier},         {"command", options_.command},
      {"network", to_json(options_.network)}, {"seconds", options_.budget.seconds.value_or(default_seconds)},
      {"disk_mb", options_.disk_mb},          {"memory_mb", options_.memory_mb},
      {"environment", options_.environment},  {"variables", options_.variables},
      {"mounts", std::move(mounts)},          {"predict", options_.predict}};
}

std::vector<std::string> CommandAgent::secrets() const {
  std::vector<std::string> values;
  for (const std::string& name : options_.environment) {
    const char* value = std::getenv(name.c_str());
    if (value != nullptr && std::string_view(value).size() >= least_secret_bytes) values.emplace_back(value);
  }
  return values;
}

void CommandAgent::run(Desk& desk) const {
  const auto workshop = desk.open_workshop();
  AgentCommand command = command_in(options_, *workshop);
  command.unprinted = llm::Redactor(secrets());
  std::unique_ptr<EgressProxy> proxy;
  if (!options_.network.destinations.empty()) {
    proxy = std::make_unique<EgressProxy>(
        options_.network.destinations, [&](const std::string& destination, const std::string& why) {
          workshop->event("connection refused", {{"destination", destination}, {"why", why}});
        });
    command.proxy_end = proxy->sandbox_end();
  }
  workshop->event("agent started", Json::object());
  const AgentEnd end = run_agent(command, workshop->over());
  if (proxy) workshop->event("network", proxy->traffic());
  workshop->event("agent ended", {{"how", end_text(end)}, {"output", end.tail}});
  const bool failed =
      end.kind != AgentEnd::Kind::stopped && (end.kind != AgentEnd::Kind::exited || end.code != 0);
  if (failed && !workshop->anything_done()) {
    throw bad_input(
        fmt::format("the agent {} without having tested or submitted anything; mend its set-up (--config) by "
                    "what it printed, all of which is in {}: {}",
                    end_text(end), workshop->log_file().string(),
                    end.tail.empty() ? "nothing" : plain_text(end.tail, max_shown_bytes)));
  }
}

}  // namespace mls::trial
