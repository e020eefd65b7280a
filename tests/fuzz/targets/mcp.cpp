// trial::read_mcp: what a client of the MCP server writes, one message a line.
#include <algorithm>

#include "core/json.hpp"
#include "tests/fuzz/targets/support.hpp"
#include "trial/mcp_messages.hpp"

namespace mls::fuzz {
namespace {

const trial::McpFace& face() {
  static const trial::McpFace one{
      "be good", {{"view", "Shows a file.", {{"type", "object"}}}}, {{"question.md", "Why?\n"}}};
  return one;
}

void require_reply(const std::string& line) {
  require(line.find('\n') == std::string::npos, "a reply is one line");
  const Json reply = Json::parse(line, nullptr, false);
  require(reply.is_object() && reply.contains("id"), "a reply is an object that says to what");
  require(reply.contains("result") != reply.contains("error"), "a reply is a result or an error");
}

}  // namespace

void read_mcp(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const trial::McpIncoming incoming = trial::read_mcp(bytes.substr(0, end), face());
    if (!incoming.reply.empty()) require_reply(incoming.reply);
    if (incoming.call) require_reply(trial::mcp_reply(*incoming.call, {std::string(bytes), true}));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

}  // namespace mls::fuzz
