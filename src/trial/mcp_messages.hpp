// What a server of the Model Context Protocol reads and writes: JSON-RPC 2.0, one message a line.
//
// Theory of operation: two generations of the protocol are served side by side. Up to 2025-11-25 a client
// begins with `initialize`; from 2026-07-28 on there is no handshake, and every request names its version in
// `_meta`. Nothing is remembered from one message to the next: each is answered in the way of its own
// generation, which also serves clients that mix them. No version is refused: an unknown one is answered as
// the latest that is known of its generation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "trial/tools.hpp"

namespace mls::trial {

/// What a server tells of itself.
struct McpFace {
  std::string instructions;
  std::vector<ToolSpec> tools;
  WorkspaceFiles files;  ///< that can be read as resources
};

/// A tool that a client wants to be called.
struct McpCall {
  Json id;  ///< a string or a number
  bool modern = false;
  std::string tool;  ///< one that there is
  Json arguments;    ///< not checked
};

/// What a line leads to.
struct McpIncoming {
  std::string reply;            ///< to be written at once, without its newline; empty when there is none
  std::optional<McpCall> call;  ///< to be carried out and answered with mcp_reply
  Json cancelled;               ///< id of a call that nobody waits for any more; null when there is none
};

/// Total: any bytes lead to something.
[[nodiscard]] McpIncoming read_mcp(std::string_view line, const McpFace& face);

[[nodiscard]] std::string mcp_reply(const McpCall& call, const ToolResult& result);
/// To a line that is too long to be read.
[[nodiscard]] std::string mcp_too_long(std::size_t most_bytes);

}  // namespace mls::trial
