// Both wire formats: requests that are built, streams that are read, however they are split.
#include "llm/wire.hpp"

#include <gtest/gtest.h>

#include "llm/scripted_server.hpp"

namespace mls::llm {
namespace {

Messages conversation() {
  Messages messages(5);
  messages[0] = {.from = Message::From::system, .text = "rules"};
  messages[1] = {.from = Message::From::user, .text = "begin"};
  messages[2] = {.from = Message::From::agent, .text = "I look.", .reasoning = "hm"};
  messages[2].calls = {{"c1", "view", {{"path", "a"}}, ""}, {"c2", "budget", Json::object(), ""}};
  messages[3] = {.from = Message::From::tool, .text = "1\tx", .call_id = "c1"};
  messages[4] = {.from = Message::From::tool, .text = "none", .call_id = "c2", .error = true};
  return messages;
}

std::vector<Tool> tools() { return {{"view", "Shows.", {{"type", "object"}}}}; }

Json request(const std::string& api, ModelOptions options = {}, const Messages& messages = conversation()) {
  options.name = "m-1";
  options.max_output_tokens = 1000;
  return wire_named(api)->request(options, messages, tools());
}

std::unique_ptr<ReplyReader> read(const std::string& api, const std::string& stream,
                                  std::size_t piece = 1000000, const ReplyLimits& limits = {}) {
  auto reader = wire_named(api)->reader(limits);
  EventStream events(1 << 20);
  for (std::size_t at = 0; at < stream.size(); at += piece)
    events.take(std::string_view(stream).substr(at, piece),
                [&](const ServerEvent& event) { reader->take(event); });
  return reader;
}

TEST(OpenAi, RequestsSayEverything) {
  const Json json = request("openai");
  EXPECT_EQ(json.at("model"), "m-1");
  EXPECT_EQ(json.at("stream"), true);
  EXPECT_EQ(json.at("stream_options").at("include_usage"), true);
  EXPECT_EQ(json.at("max_completion_tokens"), 1000);
  EXPECT_FALSE(json.contains("reasoning_effort"));
  EXPECT_FALSE(json.contains("temperature"));
  EXPECT_EQ(json.at("messages"), Json::parse(R"([
    {"role":"system","content":"rules"}, {"role":"user","content":"begin"},
    {"role":"assistant","content":"I look.","tool_calls":[
      {"id":"c1","type":"function","function":{"name":"view","arguments":"{\"path\":\"a\"}"}},
      {"id":"c2","type":"function","function":{"name":"budget","arguments":"{}"}}]},
    {"role":"tool","tool_call_id":"c1","content":"1\tx"},
    {"role":"tool","tool_call_id":"c2","content":"Error: none"}])"));
  EXPECT_EQ(json.at("tools"), Json::parse(R"([{"type":"function","function":
    {"name":"view","description":"Shows.","parameters":{"type":"object"}}}])"));
}

TEST(OpenAi, OptionsArePassedOn) {
  ModelOptions options;
  options.reasoning_effort = "high";
  options.temperature = 0.5;
  options.return_reasoning = true;
  options.extra = {{"max_tokens", 7}, {"max_completion_tokens", nullptr}};
  const Json json = request("openai", options);
  EXPECT_EQ(json.at("reasoning_effort"), "high");
  EXPECT_EQ(json.at("temperature"), 0.5);
  EXPECT_EQ(json.at("max_tokens"), 7);
  EXPECT_TRUE(json.at("max_completion_tokens").is_null());
  EXPECT_EQ(json.at("messages")[2].at("reasoning_content"), "hm");
  EXPECT_EQ(wire_named("openai")->headers("sesame"),
            std::vector<std::string>{"Authorization: Bearer sesame"});
  EXPECT_TRUE(wire_named("openai")->headers("").empty());
}

TEST(Anthropic, RequestsSayEverything) {
  ModelOptions options;
  options.reasoning_effort = "low";
  options.thinking_tokens = 2000;
  const Json json = request("anthropic", options);
  EXPECT_EQ(json.at("max_tokens"), 1000);
  EXPECT_EQ(json.at("thinking"), Json::parse(R"({"type":"enabled","budget_tokens":2000})"));
  EXPECT_EQ(json.at("output_config"), Json::parse(R"({"effort":"low"})"));
  EXPECT_EQ(json.at("system"),
            Json::parse(R"([{"type":"text","text":"rules","cache_control":{"type":"ephemeral"}}])"));
  EXPECT_EQ(json.at("messages"), Json::parse(R"([
    {"role":"user","content":[{"type":"text","text":"begin"}]},
    {"role":"assistant","content":[{"type":"text","text":"I look."},
      {"type":"tool_use","id":"c1","name":"view","input":{"path":"a"}},
      {"type":"tool_use","id":"c2","name":"budget","input":{}}]},
    {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"1\tx"}]},
      {"type":"tool_result","tool_use_id":"c2","content":[{"type":"text","text":"none"}],"is_error":true,
       "cache_control":{"type":"ephemeral"}}]}])"));
  EXPECT_EQ(json.at("tools"),
            Json::parse(R"([{"name":"view","description":"Shows.","input_schema":{"type":"object"}}])"));
  EXPECT_EQ(wire_named("anthropic")->headers("sesame"),
            (std::vector<std::string>{"anthropic-version: 2023-06-01", "x-api-key: sesame"}));
}

TEST(Anthropic, RolesTakeTurnsAndNothingIsEmpty) {
  Messages messages = conversation();
  messages.push_back({.from = Message::From::user, .text = "go on"});
  messages.push_back({.from = Message::From::agent});
  messages.push_back({.from = Message::From::user, .text = "still there?"});
  const Json turns = request("anthropic", {}, messages).at("messages");
  ASSERT_EQ(turns.size(), 5U);
  EXPECT_EQ(turns[2].at("content").size(), 3U) << "results and what follows are one message";
  EXPECT_FALSE(turns[3].at("content")[0].at("text").get<std::string>().empty());
}

class BothApis : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Wire, BothApis, ::testing::Values("openai", "anthropic"),
                         [](const auto& api) { return api.param; });

TEST_P(BothApis, StreamsAreReadHoweverTheyAreSplit) {
  const std::string stream = stream_of(
      GetParam(),
      {.text = "Hällo \"you\"",
       .calls = {{"c1", "view", R"({"path": "a\nb"})"}, {"c2", "budget", ""}, {"c3", "edit", "{\"x\": "}},
       .reasoning = "so"});
  for (std::size_t piece = 1; piece < 200; ++piece) {
    const auto reader = read(GetParam(), stream, piece);
    ASSERT_TRUE(reader->complete());
    EXPECT_TRUE(reader->over());
    const ClaimedUsage claimed = reader->partial().claimed;
    EXPECT_EQ(claimed.prompt, 3000);
    EXPECT_EQ(claimed.completion, 100);
    const Reply reply = reader->reply();
    EXPECT_EQ(reply.message.text, "Hällo \"you\"");
    EXPECT_EQ(reply.message.reasoning, "so");
    EXPECT_EQ(reply.model, "scripted-1");
    EXPECT_EQ(reply.stop, Reply::Stop::calls);
    ASSERT_EQ(reply.message.calls.size(), 3U);
    EXPECT_EQ(reply.message.calls[0].id, "c1");
    EXPECT_EQ(reply.message.calls[0].name, "view");
    EXPECT_EQ(reply.message.calls[0].arguments.at("path"), "a\nb");
    EXPECT_EQ(reply.message.calls[1].arguments, Json::object());
    EXPECT_TRUE(reply.message.calls[1].broken.empty());
    EXPECT_NE(reply.message.calls[2].broken.find("it begins: {\"x\": "), std::string::npos);
    EXPECT_EQ(reply.message.calls[2].arguments, Json::object());
  }
}

TEST_P(BothApis, CutStreamsAreNotComplete) {
  const std::string stream =
      stream_of(GetParam(), {.text = "one two three", .calls = {{"c1", "view", "{}"}}});
  const std::size_t end =
      stream.find(GetParam() == "openai" ? "\"finish_reason\":\"" : "event: message_stop");
  ASSERT_NE(end, std::string::npos);
  for (std::size_t bytes = 0; bytes < end; bytes += 7)
    EXPECT_FALSE(read(GetParam(), stream.substr(0, bytes))->complete()) << bytes;
}

TEST_P(BothApis, StopsAreTold) {
  const bool openai = GetParam() == "openai";
  const auto stopped = [&](const std::string& how) {
    return read(GetParam(), stream_of(GetParam(), {.text = "x", .calls = {{"c", "view", ""}}, .stop = how}))
        ->reply();
  };
  const Reply refused = stopped(openai ? "content_filter" : "refusal");
  EXPECT_EQ(refused.stop, Reply::Stop::refusal);
  EXPECT_TRUE(refused.message.calls.empty()) << "nothing that was refused is done";
  const Reply cut = stopped(openai ? "length" : "max_tokens");
  EXPECT_EQ(cut.stop, Reply::Stop::length);
  EXPECT_FALSE(cut.message.calls.at(0).broken.empty()) << "its arguments may have been cut off";
  EXPECT_EQ(stopped("something new").stop, Reply::Stop::finished);
}

TEST_P(BothApis, WhatIsTooMuchIsLeftOut) {
  const std::string stream = stream_of(GetParam(), {.text = std::string(5000, 'x'), .reasoning = "thought"});
  const auto reader = read(GetParam(), stream, 100, {.bytes = 100, .calls = 2});
  EXPECT_TRUE(reader->partial().overflown());
  const Reply reply = reader->reply();
  EXPECT_EQ(reply.message.text.size() + reply.message.reasoning.size(), 100U);
  EXPECT_EQ(reply.stop, Reply::Stop::length);
  Says many;
  for (int i = 0; i < 50; ++i) many.calls.push_back({std::to_string(i), "view", "{}"});
  const Reply few =
      read(GetParam(), stream_of(GetParam(), many), 1000, {.bytes = 10000, .calls = 2})->reply();
  EXPECT_EQ(few.message.calls.size(), 2U);
}

TEST_P(BothApis, NonsenseIsTakenOrRefused) {
  for (
      const char* data :
      {"",
       "{",
       "[]",
       "null",
       "3",
       "\"x\"",
       "{}",
       R"({"choices":3})",
       R"({"choices":[]})",
       R"({"choices":[3]})",
       R"({"choices":[{"delta":3,"finish_reason":4}]})",
       R"({"choices":[{"delta":{"tool_calls":[3,{"index":"x"}]}}]})",
       R"({"choices":[{"delta":{"tool_calls":[{"index":-1e300,"function":3}]}}],"usage":{"prompt_tokens":"x"}})",
       R"({"type":3})",
       R"({"type":"message_start"})",
       R"({"type":"message_start","message":{"usage":{"input_tokens":1.5}}})",
       R"({"type":"content_block_start"})",
       R"({"type":"content_block_start","index":0,"content_block":{"type":"new"}})",
       R"({"type":"content_block_start","index":99999999999,"content_block":{"type":"tool_use","input":[]}})",
       R"({"type":"content_block_delta","index":5,"delta":{"type":"text_delta","text":"x"}})",
       R"({"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":-9223372036854775808}})",
       R"({"error":{"message":"no"}})",
       R"({"type":"error","error":{"type":"overloaded_error"}})",
       "\xff"}) {
    const auto reader = wire_named(GetParam())->reader({});
    try {
      reader->take({"message", data});
    } catch (const Error& error) {
      EXPECT_FALSE(std::string(error.what()).empty());
    }
    (void)reader->reply();
  }
}

TEST(OpenAi, CallsWithoutIndexBeginWithTheirId) {
  const auto piece = [](const std::string& call) {
    return "data: {\"choices\":[{\"delta\":{\"tool_calls\":[" + call + "]}}]}\n\n";
  };
  const auto names_of = [&](const std::vector<std::string>& calls) {
    std::string stream;
    for (const auto& call : calls) stream += piece(call);
    std::string names;
    for (const ToolCall& call : read("openai", stream)->reply().message.calls)
      names += call.name + call.arguments.dump() + " ";
    return names;
  };
  EXPECT_EQ(names_of({R"({"id":"a","function":{"name":"f","arguments":"{\"x\""}})",
                      R"({"function":{"arguments":":1}"}})",
                      R"({"id":"b","function":{"name":"g","arguments":"{}"}})"}),
            "f{\"x\":1} g{} ");
  EXPECT_EQ(names_of({R"({"index":0,"id":"a1","function":{"name":"f","arguments":"{}"}})",
                      R"({"index":0,"id":"a10","function":{"name":"g","arguments":"{}"}})"}),
            "f{} g{} ")
      << "some servers count wrongly";
  EXPECT_EQ(names_of({R"({"index":1,"id":"a","function":{"name":"f"}})",
                      R"({"index":0,"id":"b","function":{"name":"g"}})",
                      R"({"index":1,"id":"a","function":{"arguments":"{\"x\":1}"}})"}),
            "f{\"x\":1} g{} ");
}

TEST(OpenAi, RefusalsAndCachesAreUnderstood) {
  const Reply reply =
      read("openai", "data: {\"choices\":[{\"delta\":{\"refusal\":\"No.\"},\"finish_reason\":\"stop\"}]}\n\n")
          ->reply();
  EXPECT_EQ(reply.stop, Reply::Stop::refusal);
  EXPECT_EQ(reply.message.text, "No.");
  EXPECT_EQ(read("openai", openai_stream({.usage = {{"prompt_tokens", 10},
                                                    {"completion_tokens", 2},
                                                    {"prompt_tokens_details", {{"cached_tokens", 8}}}}}))
                ->partial()
                .claimed.cached,
            8);
}

TEST(Anthropic, ThoughtsGoBackAsTheyCame) {
  const Reply reply = read("anthropic", anthropic_stream({.text = "I look.",
                                                          .calls = {{"c1", "view", R"({"path":"a"})"}},
                                                          .reasoning = "hm"}))
                          ->reply();
  Messages messages = conversation();
  messages[2] = reply.message;
  EXPECT_EQ(request("anthropic", {}, messages).at("messages")[1].at("content"), Json::parse(R"([
    {"type":"thinking","thinking":"hm","signature":"signed=="},
    {"type":"text","text":"I look."},
    {"type":"tool_use","id":"c1","name":"view","input":{"path":"a"}}])"));
  EXPECT_TRUE(read("anthropic", anthropic_stream({.text = "x"}))->reply().message.blocks.is_null());
}

TEST(Anthropic, CachedTokensArePartOfThePrompt) {
  const ClaimedUsage claimed =
      read("anthropic", anthropic_stream({.usage = {{"input_tokens", 10},
                                                    {"cache_read_input_tokens", 100},
                                                    {"cache_creation_input_tokens", 20},
                                                    {"output_tokens", 5}}}))
          ->partial()
          .claimed;
  EXPECT_EQ(claimed.prompt, 130);
  EXPECT_EQ(claimed.cached, 100);
  EXPECT_EQ(claimed.cache_written, 20);
  EXPECT_EQ(claimed.completion, 5);
}

TEST(Anthropic, SealedThoughtsAreBounded) {
  std::string stream;
  for (int i = 0; i < 1000; ++i) {
    stream +=
        event_text("content_block_start",
                   {{"type", "content_block_start"},
                    {"index", i},
                    {"content_block", {{"type", "redacted_thinking"}, {"data", std::string(10000, 'x')}}}});
  }
  EXPECT_TRUE(read("anthropic", stream)->reply().message.blocks.is_null());
}

TEST(ServerRefusals, AreSorted) {
  using Kind = ServerRefusal::Kind;
  EXPECT_EQ(refusal_of(429, R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})").kind(),
            Kind::transient);
  EXPECT_EQ(refusal_of(429, R"({"error":{"message":"pay","code":"insufficient_quota"}})").kind(),
            Kind::final);
  EXPECT_EQ(
      refusal_of(529, R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})").kind(),
      Kind::transient);
  EXPECT_EQ(refusal_of(502, "<html>Bad gateway</html>").kind(), Kind::transient);
  EXPECT_EQ(refusal_of(401, R"({"error":{"message":"who?"}})").kind(), Kind::final);
  EXPECT_EQ(refusal_of(400, R"({"error":{"code":"context_length_exceeded","message":"x"}})").kind(),
            Kind::too_long);
  EXPECT_EQ(
      refusal_of(
          400,
          R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9"}})")
          .kind(),
      Kind::too_long);
  EXPECT_EQ(refusal_of(0, R"({"error":{"type":"overloaded_error","message":"busy"}})").kind(),
            Kind::transient);
  EXPECT_EQ(refusal_of(0, R"({"error":{"type":"invalid_request_error","message":"no"}})").kind(),
            Kind::final);
  EXPECT_EQ(refusal_of(429, "").exit_code(), 3);
  EXPECT_EQ(refusal_of(404, "").exit_code(), 2);
  EXPECT_STREQ(refusal_of(404, R"({"detail":"no such model"})").what(), "no such model");
  EXPECT_STREQ(refusal_of(404, R"({"error":"nope"})").what(), "nope");
  EXPECT_LT(std::string(refusal_of(500, std::string(100000, 'x')).what()).size(), 2000U);
  EXPECT_STREQ(refusal_of(500, "").what(), "no reason is given");
}

}  // namespace
}  // namespace mls::llm
