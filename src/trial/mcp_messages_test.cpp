#include "trial/mcp_messages.hpp"

#include <gtest/gtest.h>

namespace mls::trial {
namespace {

McpFace face() {
  return {"do good",
          {{"view", "Shows.", {{"type", "object"}}}, {"undo", "Undoes.", {{"type", "object"}}}},
          {{"question.md", "Why?\n"}, {"baselines/a.cpp", "int a;\n"}}};
}

McpIncoming taken(const Json& message) { return read_mcp(message.dump(), face()); }

McpCall called(const Json& message) {
  const McpIncoming incoming = taken(message);
  EXPECT_EQ(incoming.reply, "");
  if (incoming.call) return *incoming.call;
  ADD_FAILURE() << "no call: " << message;
  return {};
}

Json reply(const Json& message) {
  const McpIncoming incoming = taken(message);
  EXPECT_EQ(incoming.reply.find('\n'), std::string::npos);
  return Json::parse(incoming.reply, nullptr, false);
}

Json request(const std::string& method, const Json& parameters = Json::object()) {
  return {{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", parameters}};
}

Json stateless(const std::string& method, Json parameters = Json::object(),
               const std::string& version = "2026-07-28") {
  parameters["_meta"] = {{"io.modelcontextprotocol/protocolVersion", version},
                         {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
  return request(method, parameters);
}

TEST(McpMessages, EveryVersionIsGreeted) {
  for (const char* known : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    EXPECT_EQ(reply(request("initialize", {{"protocolVersion", known}})).at("result").at("protocolVersion"),
              known);
  for (const Json& unknown : {Json("2026-07-28"), Json("2099-01-01"), Json(""), Json(3), Json()}) {
    const Json result = reply(request("initialize", {{"protocolVersion", unknown}})).at("result");
    EXPECT_EQ(result.at("protocolVersion"), "2025-11-25") << unknown;
    EXPECT_EQ(result.at("serverInfo").at("name"), "mls-bench");
    EXPECT_EQ(result.at("instructions"), "do good");
    EXPECT_TRUE(result.at("capabilities").contains("tools"));
    EXPECT_FALSE(result.contains("resultType"));
  }
}

TEST(McpMessages, StatelessRequestsOfAnyVersionAreAnswered) {
  for (const char* version : {"2026-07-28", "2031-01-01"}) {
    const Json found = reply(stateless("server/discover", Json::object(), version)).at("result");
    EXPECT_EQ(found.at("supportedVersions"), Json::array({"2026-07-28"}));
    const Json listed = reply(stateless("tools/list", Json::object(), version)).at("result");
    for (const Json& result : {found, listed}) {
      EXPECT_EQ(result.at("resultType"), "complete");
      EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name"), "mls-bench");
      EXPECT_GE(result.at("ttlMs").get<int>(), 0);
      EXPECT_EQ(result.at("cacheScope"), "private");
    }
  }
  // Without _meta as well: what has no handshake is of the new generation.
  EXPECT_TRUE(reply(request("server/discover")).at("result").contains("supportedVersions"));
}

TEST(McpMessages, ToolsAndFilesAreListedInAFixedOrder) {
  const Json tools = reply(request("tools/list")).at("result");
  EXPECT_EQ(tools.size(), 1U);
  EXPECT_EQ(tools.at("tools")[0],
            (Json{{"name", "view"}, {"description", "Shows."}, {"inputSchema", {{"type", "object"}}}}));
  EXPECT_EQ(tools.at("tools")[1].at("name"), "undo");
  const Json resources = reply(request("resources/list")).at("result").at("resources");
  EXPECT_EQ(resources[1].at("uri"), "mls://task/question.md");
  const Json read =
      reply(request("resources/read", {{"uri", "mls://task/question.md"}})).at("result").at("contents");
  EXPECT_EQ(read[0].at("text"), "Why?\n");
  EXPECT_EQ(read[0].at("mimeType"), "text/markdown");
  EXPECT_EQ(reply(request("resources/read", {{"uri", "mls://task/../x"}})).at("error").at("code"), -32002);
  EXPECT_EQ(reply(stateless("resources/read", {{"uri", "x"}})).at("error").at("code"), -32602);
  EXPECT_EQ(reply(request("resources/templates/list")).at("result").at("resourceTemplates"), Json::array());
  EXPECT_EQ(reply(request("ping")).at("result"), Json::object());
}

TEST(McpMessages, CallsAreTakenApartAndAnsweredInTheirGeneration) {
  const McpCall old = called(request("tools/call", {{"name", "view"}, {"arguments", {{"path", "x"}}}}));
  EXPECT_EQ(old.id, 7);
  EXPECT_EQ(old.tool, "view");
  EXPECT_EQ(old.arguments, (Json{{"path", "x"}}));
  const Json answer = Json::parse(mcp_reply(old, {"seen\xff", false}));
  EXPECT_EQ(answer.at("id"), 7);
  EXPECT_EQ(answer.at("result").at("isError"), false);
  EXPECT_EQ(answer.at("result").at("content")[0].at("type"), "text");
  EXPECT_FALSE(answer.at("result").contains("resultType"));

  const McpCall modern = called(stateless("tools/call", {{"name", "undo"}}));
  EXPECT_EQ(modern.arguments, Json::object());
  const Json result = Json::parse(mcp_reply(modern, {"no", true})).at("result");
  EXPECT_EQ(result.at("isError"), true);
  EXPECT_EQ(result.at("resultType"), "complete");
}

TEST(McpMessages, WhatIsWrongIsAnErrorWithItsCode) {
  const auto code = [](std::string_view line) {
    const Json answer = Json::parse(read_mcp(line, face()).reply, nullptr, false);
    return answer.is_discarded() ? 0 : answer.at("error").at("code").get<int>();
  };
  for (const char* line : {"", "{", "hello", "{\"a\":1}}", "\xff\xfe", "[[[["})
    EXPECT_EQ(code(line), -32700) << line;
  for (const char* line :
       {"1", "null", "[]", "{}", R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])",
        R"({"id":1,"method":"ping"})", R"({"jsonrpc":"1.0","id":1,"method":"ping"})",
        R"({"jsonrpc":"2.0","id":1,"method":5})", R"({"jsonrpc":"2.0","id":null,"method":"ping"})",
        R"({"jsonrpc":"2.0","id":[1],"method":"ping"})"})
    EXPECT_EQ(code(line), -32600) << line;
  for (const char* method : {"", "x", "tools", "logging/setLevel", "prompts/list"})
    EXPECT_EQ(reply(request(method)).at("error").at("code"), -32601) << method;
  for (const Json& parameters : {Json(), Json::object(), Json{{"name", 3}}, Json{{"name", "nothing"}}})
    EXPECT_EQ(reply(request("tools/call", parameters)).at("error").at("code"), -32602) << parameters;
  EXPECT_EQ(reply(request("ping", Json::array())).at("error").at("code"), -32602);
  EXPECT_EQ(reply(request("x")).at("id"), 7);
  EXPECT_EQ(Json::parse(mcp_too_long(5)).at("error").at("code"), -32600);
}

TEST(McpMessages, NotificationsAndAnswersGetNoReply) {
  for (const char* line :
       {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
        R"({"jsonrpc":"2.0","method":"notifications/what"})",
        R"({"jsonrpc":"2.0","method":"tools/call","params":{"name":"view"}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":5})",
        R"({"jsonrpc":"2.0","id":3,"result":{}})", R"({"jsonrpc":"2.0","id":3,"error":{"code":1}})"}) {
    const McpIncoming incoming = read_mcp(line, face());
    EXPECT_EQ(incoming.reply, "") << line;
    EXPECT_FALSE(incoming.call) << line;
    EXPECT_TRUE(incoming.cancelled.is_null()) << line;
  }
  EXPECT_EQ(
      read_mcp(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}})", face())
          .cancelled,
      "a");
}

}  // namespace
}  // namespace mls::trial
