// The agent `command`: any program that can edit a file and run a command, in a workspace of its own
// (docs/agents.md).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "trial/agent.hpp"
#include "trial/egress_proxy.hpp"

namespace mls::trial {

/// What a program may connect to.
struct NetworkOption {
  bool open = false;                      ///< the network of this machine
  std::vector<Destination> destinations;  ///< nothing but these, through a proxy; when not open
};
[[nodiscard]] Json to_json(const NetworkOption& network);

/// What its TOML file says, and the options beside it.
struct CommandOptions {
  Budget budget;
  std::vector<std::string> command;  ///< {instruction} and {instructions_file} are filled in
  NetworkOption network;
  std::vector<std::string> environment;          ///< variables of ours that it sees; values are not logged
  std::map<std::string, std::string> variables;  ///< further ones
  std::vector<std::filesystem::path> mounts;
  int disk_mb = 1024;
  int memory_mb = 8192;
  bool predict = false;
};
/// Throws usage_error without a file, bad_input naming file and line.
[[nodiscard]] CommandOptions command_options(const AgentOptions& options);
[[nodiscard]] CommandOptions command_options_from_toml(std::string_view text, const std::string& file);

class CommandAgent final : public Agent {
 public:
  explicit CommandAgent(CommandOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string name() const override { return "command"; }
  [[nodiscard]] Json settings() const override;
  [[nodiscard]] Budget budget() const override { return options_.budget; }
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] bool predicts() const override { return options_.predict; }
  /// The values of the variables that it sees, but for those that are too short to be told from other text.
  [[nodiscard]] std::vector<std::string> secrets() const override;
  /// Throws bad_input when the program fails without having tested or submitted anything: then it is its
  /// set-up that is wrong.
  void run(Desk& desk) const override;

 private:
  CommandOptions options_;
};

}  // namespace mls::trial
