#include "trial/command_agent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "task/nearest.hpp"
#include "trial/agent_sandbox.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_bytes = std::size_t{256} << 10;
constexpr std::int64_t default_seconds = std::int64_t{5} * 3600;
constexpr std::int64_t max_seconds = std::int64_t{7} * 24 * 3600;
constexpr std::int64_t max_mb = 1 << 20;
constexpr std::size_t least_secret_bytes = 8;
constexpr std::size_t max_shown_bytes = 4096;

/// The table [agent] of a file, with errors that say where.
class Reader {
 public:
  Reader(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  [[nodiscard]] Error wrong(const toml::node& node, const std::string& what) const {
    return bad_input(fmt::format("{}:{}: {}", file_, node.source().begin.line, what));
  }

  void allow(const std::vector<std::string>& keys) const {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (std::ranges::find(keys, name) != keys.end()) continue;
      throw wrong(node, fmt::format("`{}` is unknown; did you mean `{}`? There are: {}", name,
                                    task::nearest(name, keys).front(), fmt::join(keys, ", ")));
    }
  }

  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    const toml::node* node = table_.get(key);
    std::vector<std::string> found;
    if (node == nullptr) return found;
    const toml::array* array = node->as_array();
    if (array == nullptr) throw wrong(*node, fmt::format("`{}` must be a list of texts", key));
    for (const toml::node& one : *array) {
      const auto text = one.value_exact<std::string>();
      if (!text || text->empty() || text->find('\0') != std::string::npos)
        throw wrong(one, fmt::format("`{}` must be a list of texts that are not empty", key));
      found.push_back(*text);
    }
    return found;
  }

  [[nodiscard]] std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t least,
                                     std::int64_t most) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return otherwise;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most)
      throw wrong(*node, fmt::format("`{}` must be an integer in {} ... {}", key, least, most));
    return *value;
  }

  [[nodiscard]] NetworkOption network() const {
    const toml::node* node = table_.get("network");
    if (node == nullptr) return {};
    const auto word = node->value_exact<std::string>();
    if (word == "none") return {};
    if (word == "open") return {.open = true, .destinations = {}};
    if (node->as_array() == nullptr || node->as_array()->empty())
      throw wrong(*node, R"(`network` must be "none", "open" or a list like ["api.example.com:443"])");
    NetworkOption network;
    for (const std::string& text : texts("network")) {
      try {
        network.destinations.push_back(Destination::from_text(text));
      } catch (const Error& error) {
        throw wrong(*node, std::string("`network`: ") + error.what());
      }
    }
    return network;
  }

  [[nodiscard]] std::map<std::string, std::string> variables() const {
    const toml::node* node = table_.get("variables");
    std::map<std::string, std::string> found;
    if (node == nullptr) return found;
    if (node->as_table() == nullptr) throw wrong(*node, "`variables` must be a table of texts");
    for (const auto& [key, value] : *node->as_table()) {
      const auto text = value.value_exact<std::string>();
      if (!text || text->find('\0') != std::string::npos)
        throw wrong(value, fmt::format("the variable `{}` must be a text", std::string(key.str())));
      found[std::string(key.str())] = *text;
    }
    return found;
  }

 private:
  const toml::table& table_;
  std::string file_;
};

toml::table parsed(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw bad_input(fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
  }
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
      throw bad_input(fmt::format("the agent needs the environment variable {}, and it is not set", name));
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
  const toml::table whole = parsed(text, file);
  const toml::table* table = whole["agent"].as_table();
  if (table == nullptr || whole.size() != 1)
    throw bad_input(fmt::format("{}: exactly one table, [agent], is expected; see docs/agents.md", file));
  const Reader reader(*table, file);
  reader.allow(
      {"command", "network", "seconds", "disk_mb", "memory_mb", "environment", "variables", "mounts"});
  CommandOptions options;
  options.command = reader.texts("command");
  if (options.command.empty())
    throw bad_input(
        fmt::format("{}: `command` is missing: the program and its arguments, a list of texts", file));
  options.network = reader.network();
  options.budget.seconds = static_cast<double>(reader.integer("seconds", default_seconds, 1, max_seconds));
  options.disk_mb = static_cast<int>(reader.integer("disk_mb", options.disk_mb, 1, max_mb));
  options.memory_mb = static_cast<int>(reader.integer("memory_mb", options.memory_mb, 64, max_mb));
  options.environment = reader.texts("environment");
  options.variables = reader.variables();
  for (const std::string& mount : reader.texts("mounts")) options.mounts.emplace_back(mount);
  return options;
}

CommandOptions command_options(const AgentOptions& options) {
  if (options.config.empty())
    throw usage_error("the agent command needs --config FILE, which says what to run; see docs/agents.md");
  CommandOptions read =
      command_options_from_toml(read_file(options.config, max_file_bytes), options.config.string());
  const double seconds = read.budget.seconds.value_or(default_seconds);
  read.budget = tier_named(options.tier.value_or("full"));
  read.budget.seconds = std::min(read.budget.seconds.value_or(seconds), seconds);
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
    throw bad_input(fmt::format("the agent {} without having tested or submitted anything; it printed: {}",
                                end_text(end),
                                end.tail.empty() ? "nothing" : plain_text(end.tail, max_shown_bytes)));
  }
}

}  // namespace mls::trial
