#include "trial/mcp_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"

namespace mls::trial {
namespace {

// Each list from the latest on.
constexpr std::array handshake_versions{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr std::array stateless_versions{"2026-07-28"};

constexpr const char* version_key = "io.modelcontextprotocol/protocolVersion";
constexpr const char* server_key = "io.modelcontextprotocol/serverInfo";
constexpr std::string_view uri_prefix = "mls://task/";
// Tools and files stay the same for as long as the program runs.
constexpr int keep_ms = 300'000;

enum class Code {
  not_json = -32700,
  no_request = -32600,
  no_method = -32601,
  bad_parameters = -32602,
  no_resource = -32002,
};

/// Becomes an error of JSON-RPC.
struct RpcError {
  Code code;
  std::string message;
};

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string error_line(const Json& id, const RpcError& error) {
  return line_of({{"jsonrpc", "2.0"},
                  {"id", id},
                  {"error", {{"code", static_cast<int>(error.code)}, {"message", error.message}}}});
}

Json server_info() { return {{"name", "mls-bench"}, {"title", "MLS-Bench"}, {"version", MLS_VERSION}}; }

std::string result_line(const Json& id, bool modern, Json result) {
  if (modern) {
    result["resultType"] = "complete";
    result["_meta"][server_key] = server_info();
  }
  return line_of({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

const Json& member(const Json& object, const char* name) {
  static const Json none;
  const auto at = object.find(name);
  return at == object.end() ? none : *at;
}

/// A request, taken apart.
struct Request {
  Json id;
  std::string method;
  Json parameters = Json::object();
  bool modern = false;
};

std::string text_parameter(const Request& request, const char* name) {
  const Json& value = member(request.parameters, name);
  if (!value.is_string())
    throw RpcError{Code::bad_parameters, fmt::format("{}: \"{}\" must be a text", request.method, name)};
  return value.get<std::string>();
}

Json capabilities() { return {{"tools", Json::object()}, {"resources", Json::object()}}; }

Json cacheable(Json result, bool modern) {
  if (modern) {
    result["ttlMs"] = keep_ms;
    result["cacheScope"] = "private";
  }
  return result;
}

Json initialized(const Request& request, const McpFace& face) {
  const Json& asked = member(request.parameters, "protocolVersion");
  const auto* const known =
      std::ranges::find_if(handshake_versions, [&](const char* one) { return asked == one; });
  return {{"protocolVersion", known == handshake_versions.end() ? handshake_versions.front() : *known},
          {"capabilities", capabilities()},
          {"serverInfo", server_info()},
          {"instructions", face.instructions}};
}

Json discovered(const McpFace& face) {
  return {{"supportedVersions", stateless_versions},
          {"capabilities", capabilities()},
          {"instructions", face.instructions}};
}

Json tools_json(const McpFace& face) {
  Json tools = Json::array();
  for (const ToolSpec& tool : face.tools)
    tools.push_back(
        {{"name", tool.name}, {"description", tool.description}, {"inputSchema", tool.input_schema}});
  return {{"tools", std::move(tools)}};
}

const char* media_type(const std::string& name) {
  return name.ends_with(".md") ? "text/markdown" : "text/x-c++src";
}

Json resources_json(const McpFace& face) {
  Json resources = Json::array();
  for (const auto& [name, text] : face.files)
    resources.push_back(
        {{"uri", std::string(uri_prefix) + name}, {"name", name}, {"mimeType", media_type(name)}});
  return {{"resources", std::move(resources)}};
}

Json resource_json(const Request& request, const McpFace& face) {
  const std::string uri = text_parameter(request, "uri");
  const auto file =
      uri.starts_with(uri_prefix) ? face.files.find(uri.substr(uri_prefix.size())) : face.files.end();
  if (file == face.files.end()) {
    throw RpcError{request.modern ? Code::bad_parameters : Code::no_resource,
                   fmt::format("there is no resource \"{}\"; resources/list names all", uri.substr(0, 200))};
  }
  return {{"contents",
           Json::array({{{"uri", uri}, {"mimeType", media_type(file->first)}, {"text", file->second}}})}};
}

McpCall call_in(const Request& request, const McpFace& face) {
  const std::string name = text_parameter(request, "name");
  if (std::ranges::find(face.tools, name, &ToolSpec::name) == face.tools.end()) {
    throw RpcError{Code::bad_parameters,
                   fmt::format("there is no tool \"{}\"; tools/list names all", name.substr(0, 200))};
  }
  const Json& arguments = member(request.parameters, "arguments");
  return {request.id, request.modern, name, arguments.is_null() ? Json::object() : arguments};
}

Json result_of(const Request& request, const McpFace& face) {
  const std::string& method = request.method;
  if (method == "initialize") return initialized(request, face);
  if (method == "server/discover") return cacheable(discovered(face), true);
  if (method == "ping") return Json::object();
  if (method == "tools/list") return cacheable(tools_json(face), request.modern);
  if (method == "resources/list") return cacheable(resources_json(face), request.modern);
  if (method == "resources/templates/list")
    return cacheable({{"resourceTemplates", Json::array()}}, request.modern);
  if (method == "resources/read") return cacheable(resource_json(request, face), request.modern);
  throw RpcError{Code::no_method, fmt::format("there is no method \"{}\"", method.substr(0, 200))};
}

bool is_modern(const std::string& method, const Json& parameters) {
  if (method == "initialize") return false;
  if (method == "server/discover") return true;
  return member(member(parameters, "_meta"), version_key).is_string();
}

McpIncoming answered(const Json& message, const McpFace& face) {
  const Json& id = member(message, "id");
  const Json& method = member(message, "method");
  if (!message.is_object() || member(message, "jsonrpc") != "2.0")
    throw RpcError{Code::no_request,
                   R"(a message is an object with "jsonrpc": "2.0"; batches are not taken)"};
  // A client's own answers: nothing is ever asked of it.
  if (method.is_null() && (message.contains("result") || message.contains("error"))) return {};
  if (!method.is_string()) throw RpcError{Code::no_request, "\"method\" must be a text"};
  const Json& parameters = member(message, "params");
  if (!message.contains("id")) {
    if (method == "notifications/cancelled") return {"", std::nullopt, member(parameters, "requestId")};
    return {};
  }
  if (!id.is_string() && !id.is_number())
    throw RpcError{Code::no_request, "\"id\" must be a text or a number"};
  if (!parameters.is_null() && !parameters.is_object())
    throw RpcError{Code::bad_parameters, "\"params\" must be an object"};
  Request request{id, method.get<std::string>(), parameters, is_modern(method, parameters)};
  if (parameters.is_null()) request.parameters = Json::object();
  if (request.method == "tools/call") return {"", call_in(request, face), nullptr};
  return {result_line(id, request.modern, result_of(request, face)), std::nullopt, nullptr};
}

}  // namespace

McpIncoming read_mcp(std::string_view line, const McpFace& face) {
  Json message;
  try {
    message = parse_json(line);
  } catch (const Error& error) {
    return {error_line(nullptr, {Code::not_json, error.what()}), std::nullopt, nullptr};
  }
  try {
    return answered(message, face);
  } catch (const RpcError& error) {
    const Json& id = member(message, "id");
    return {error_line(id.is_string() || id.is_number() ? id : Json(nullptr), error), std::nullopt, nullptr};
  }
}

std::string mcp_reply(const McpCall& call, const ToolResult& result) {
  return result_line(
      call.id, call.modern,
      {{"content", Json::array({{{"type", "text"}, {"text", result.text}}})}, {"isError", result.error}});
}

std::string mcp_too_long(std::size_t most_bytes) {
  return error_line(
      nullptr, {Code::no_request, fmt::format("a message of more than {} bytes is not read", most_bytes)});
}

}  // namespace mls::trial
