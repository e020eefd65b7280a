// A sandbox for agents that are programs: wider than that of methods (processes, tools of the system, perhaps
// the network), but as closed where it matters: nothing of the benchmark is in it but the folder it is given.
//
// Inside: /work (what the agent works in) begins as a copy of FOLDER/workspace; FOLDER itself is /mls,
// read-only; /usr, /bin, /lib and what programs need of /etc are read-only; /tmp and /home/agent are empty.
// /work, /tmp and /home/agent live in memory and are bounded in size, so that no agent can fill the disk;
// they go when it ends. Processes see only each other. Everything ends with the harness, and when it is asked
// to.
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "llm/redact.hpp"

namespace mls::trial {

struct AgentCommand {
  std::vector<std::string> argv;  ///< argv[0] is looked up on PATH inside
  std::filesystem::path folder;   ///< becomes /mls
  bool network = false;           ///< that of this machine; none otherwise
  int proxy_end = -1;             ///< EgressProxy::sandbox_end(), when there is a proxy and no network
  std::map<std::string, std::string> environment;  ///< beside PATH, HOME, LANG, MLS_SOCKET, MLS_WORKSPACE
  std::vector<std::filesystem::path> mounts;       ///< shown read-only, at the same place
  std::vector<std::filesystem::path> secrets;      ///< never shown, whatever else is
  int disk_mb = 1024;                              ///< of each of these folders, and of /dev/shm
  int memory_mb = 8192;  ///< of all processes and folders together, where the machine offers control groups
  int processes = 512;
  llm::Redactor unprinted;         ///< what must not get into log_file and AgentEnd::tail
  std::filesystem::path log_file;  ///< stdout and stderr are appended to it, at most max_log_bytes
};

inline constexpr std::size_t max_log_bytes = std::size_t{16} << 20;

struct AgentEnd {
  enum class Kind { exited, signalled, stopped } kind = Kind::exited;  ///< stopped: on request
  int code = 0;                                                        ///< exit status or signal
  std::string tail;                                                    ///< the last lines of what it printed
};

/// Words of the command that starts the sandbox (a pure function, for tests and for people who want to know).
[[nodiscard]] std::vector<std::string> sandbox_words(const AgentCommand& command);

/// Throws bad_input for a mount that is missing or would show a secret.
void check_mounts(const AgentCommand& command);

/// Runs it to its end, or ends it when `stop` is requested. Nothing of it runs any more when it returns.
/// Throws infrastructure when the sandbox cannot be started, and what check_mounts throws.
[[nodiscard]] AgentEnd run_agent(const AgentCommand& command, const std::stop_token& stop);

}  // namespace mls::trial
