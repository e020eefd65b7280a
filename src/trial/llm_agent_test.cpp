// The loop around a model, against a server that follows a script. What needs evaluations is in
// tests/llm_agent_test.cpp.
#include "trial/llm_agent.hpp"

#include "llm/scripted_server.hpp"
#include "trial/conversation.hpp"
#include "trial/trial_fixture.hpp"

namespace mls::trial {
namespace {

using llm::Answer;
using llm::Says;

constexpr const char* key = "sk-sesame-open";

class Loop : public ExampleTrial, public ::testing::WithParamInterface<std::string> {
 protected:
  Loop() {
    ::setenv("MLS_TEST_KEY", key, 1);
    options_.budget = {"own", 10, 2, 600};
    options_.model = {.api = GetParam(), .name = "m", .max_output_tokens = 1000};
    options_.key_variable = "MLS_TEST_KEY";
    options_.patience = {.request_s = 30, .retries = 1, .first_wait_s = 0.001};
    options_.prices = llm::Prices{1, 2, 1, 1};
  }

  static Says calls(const std::vector<std::pair<std::string, std::string>>& calls,
                    const std::string& text = "") {
    Says says{.text = text};
    for (const auto& [name, arguments] : calls)
      says.calls.push_back({"c" + std::to_string(says.calls.size()), name, arguments});
    return says;
  }
  static Says writes(const std::string& text) { return calls({{"write", Json{{"text", text}}.dump()}}); }
  static Says submits() { return calls({{"submit", "{}"}}); }

  void serve(const std::vector<Says>& script) {
    std::vector<Answer> answers;
    answers.reserve(script.size());
    for (const Says& says : script) answers.push_back({.body = llm::stream_of(GetParam(), says)});
    serve(std::move(answers));
  }
  void serve(std::vector<Answer> answers) {
    server_ = std::make_unique<llm::ScriptedServer>(std::move(answers));
    options_.model.url = server_->url();
  }

  /// As a process of its own would.
  void work() {
    agent_ = std::make_unique<LlmAgent>(options_);
    open(*agent_);
    supervisor_->work();
  }

  Json sent(std::size_t request) const { return server_->requests().at(request).json().at("messages"); }
  std::string how() const { return events("agent ended").back().at("how"); }
  std::vector<Json> results() const { return events("tool_result"); }

  LlmOptions options_;
  std::unique_ptr<llm::ScriptedServer> server_;
  std::unique_ptr<LlmAgent> agent_;
};
INSTANTIATE_TEST_SUITE_P(Api, Loop, ::testing::Values("openai", "anthropic"),
                         [](const auto& api) { return api.param; });

TEST_P(Loop, CarriesOutWhatTheModelCalls) {
  serve({calls({{"view", R"({"path": "surface.hpp"})"}, {"budget", ""}}, "I look."),
         writes("int a = 1;\n"),
         calls({{"edit", R"({"old_text": "1", "new_text": "2"})"}, {"note", R"({"text": "why"})"}}),
         submits(),
         {.text = "Done."}});
  work();
  EXPECT_EQ(kinds(),
            (std::vector<std::string>{"created",     "agent started", "message",     "message", "message",
                                      "tool_result", "tool_result",   "message",     "edit",    "tool_result",
                                      "message",     "edit",          "tool_result", "note",    "tool_result",
                                      "message",     "submission",    "tool_result", "message", "agent ended",
                                      "ended"}));
  const std::vector<Json> messages = events("message");
  EXPECT_EQ(messages[0].at("from"), "system");
  EXPECT_EQ(messages[1].at("from"), "user");
  EXPECT_EQ(messages[2].at("from"), "agent");
  EXPECT_EQ(messages[2].at("model"), "scripted-1");
  EXPECT_EQ(messages[2].at("calls").at(0).at("arguments").at("path"), "surface.hpp");
  EXPECT_EQ(messages[2].at("usage").at("prompt_tokens"), 3000);
  EXPECT_DOUBLE_EQ(messages[2].at("usage").at("cost_usd").get<double>(), (3000 * 1 + 100 * 2) / 1e6);
  EXPECT_EQ(messages.back().at("text"), "Done.");
  EXPECT_EQ(results()[0].at("id"), "c0");
  EXPECT_EQ(results()[0].at("name"), "view");
  EXPECT_EQ(results()[0].at("error"), false);
  EXPECT_EQ(supervisor_->draft_source(), "int a = 2;\n");
  EXPECT_EQ(supervisor_->status().at("submitted_sha256"),
            evaluate::method_from_source("int a = 2;\n").sha256);
  // What a result says reaches the model.
  EXPECT_NE(sent(1).back().dump().find("none: every run failed"),
            sent(1).back().dump().find("of 10 actions"));
  EXPECT_NE(sent(1).dump().find("0 of 10 actions"), std::string::npos) << sent(1);
  const Json request = server_->requests()[0].json();
  EXPECT_EQ(request.at("tools").size(), toolbox_->tools().size());
  EXPECT_NE(request.dump().find("at most 10 actions"), std::string::npos);
  EXPECT_NE(request.dump().find("## surface.hpp"), std::string::npos);
}

TEST_P(Loop, WrongCallsAreAnsweredAndTheTrialGoesOn) {
  serve({calls({{"write", R"({"text": "int a)"},
                {"write", "[1]"},
                {"dance", "{}"},
                {"write", R"({"text": 3})"},
                {"edit", R"({"old_text": "nowhere", "new_text": ""})"},
                {"write", R"({"text": "", "why": 1})"}}),
         writes("int a;\n"),
         submits(),
         {}});
  work();
  ASSERT_EQ(results().size(), 8U);
  const std::vector<std::string> parts{
      "arguments are not understood", "JSON object is expected", "there is no tool", "of type string",
      "is not in method.cpp",         "no argument \"why\""};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(results()[i].at("error"), true);
    EXPECT_NE(results()[i].at("text").get<std::string>().find(parts[i]), std::string::npos) << results()[i];
  }
  EXPECT_EQ(events("message")[2].at("calls").at(0).at("arguments"), Json::object());
  EXPECT_NE(events("message")[2].at("calls").at(0).at("broken").get<std::string>().find("int a"),
            std::string::npos);
  EXPECT_EQ(supervisor_->used().actions, 1);
  EXPECT_FALSE(supervisor_->status().at("submitted_sha256").is_null());
}

TEST_P(Loop, NudgesAModelThatForgetsToSubmit) {
  serve({writes("int a;\n"), {.text = "I think it is good."}, submits(), {.text = "Done."}});
  work();
  EXPECT_NE(sent(2).dump().find("nothing is submitted"), std::string::npos);
  EXPECT_FALSE(supervisor_->status().at("submitted_sha256").is_null());
  EXPECT_EQ(how(), "called no tool any more");
}

TEST_P(Loop, EndsAfterTwoNudges) {
  serve({{.text = "Hello."}, {}, {.text = "Hm."}});
  work();
  EXPECT_EQ(server_->requests().size(), 3U);
  EXPECT_EQ(events("message").size(), 7U);
  EXPECT_EQ(log_.events().back().at("event"), "ended");
}

TEST_P(Loop, RefusalsAreRecordedAndDoNothing) {
  Says refusal = writes("int bad;\n");
  refusal.text = "I cannot";
  refusal.stop = GetParam() == "openai" ? "content_filter" : "refusal";
  serve({refusal, writes("int a;\n"), submits(), {}});
  work();
  EXPECT_EQ(events("message")[2].at("stop"), "refusal");
  EXPECT_EQ(events("edit").size(), 1U);
}

TEST_P(Loop, AnswersThatWereCutOffAreSaidToBe) {
  Says cut = calls({{"write", R"({"text": "int a;)"}});
  cut.stop = GetParam() == "openai" ? "length" : "max_tokens";
  serve({cut, {}, {}, {}});
  work();
  EXPECT_EQ(events("message")[2].at("stop"), "length");
  EXPECT_EQ(results().at(0).at("error"), true);
}

TEST_P(Loop, LimitsEndIt) {
  options_.turns = 3;
  serve(std::vector<Says>(10, calls({{"view", ""}})));
  work();
  EXPECT_EQ(server_->requests().size(), 3U);
  EXPECT_EQ(how(), "reached the limit of 3 turns");
}

TEST_P(Loop, CostEndsIt) {
  options_.cost_usd = 0.007;  // an answer takes 0.0032
  serve(std::vector<Says>(10, calls({{"view", ""}})));
  work();
  EXPECT_EQ(server_->requests().size(), 3U);
  EXPECT_EQ(how(), "reached the limit of 0.007 USD");
}

TEST_P(Loop, LyingAboutTokensNeitherHidesNorInventsCost) {
  Says lies = submits();
  lies.usage = GetParam() == "openai" ? Json{{"prompt_tokens", 0}, {"completion_tokens", 1'000'000'000}}
                                      : Json{{"input_tokens", 0}, {"output_tokens", 1'000'000'000}};
  serve({lies, {}});
  work();
  const Json message = events("message")[2];
  EXPECT_EQ(message.at("doubts").size(), 2U);
  EXPECT_GT(message.at("usage").at("prompt_tokens"), 500);
  EXPECT_LT(message.at("usage").at("completion_tokens"), 100);
  EXPECT_LT(message.at("usage").at("cost_usd"), 0.1);
}

TEST_P(Loop, KeysAreInNoFile) {
  const std::string echo = std::string("your key is ") + key;
  Says says = calls({{"write", Json{{"text", "// " + echo + "\n"}}.dump()},
                     {"note", Json{{"text", echo}}.dump()},
                     {key, key}});
  says.text = says.reasoning = echo;
  std::vector<Answer> answers{{.status = 500, .body = Json{{"error", {{"message", echo}}}}.dump()},
                              {.body = llm::stream_of(GetParam(), says)},
                              {.status = 401, .body = Json{{"error", {{"message", echo}}}}.dump()}};
  serve(std::move(answers));
  try {
    work();
    FAIL() << "401 ends it";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find(key), std::string::npos) << error.what();
    EXPECT_EQ(error.exit_code(), 2);
  }
  EXPECT_EQ(events("edit").size(), 1U);
  EXPECT_EQ(events("retry").size(), 1U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home_.path())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read_file(entry.path()).find(key), std::string::npos) << entry.path();
  }
  EXPECT_NE(server_->requests()[0].head.find(key), std::string::npos) << "it was sent";
}

TEST_P(Loop, WithoutAKeyNothingBegins) {
  ::unsetenv("MLS_TEST_KEY");
  serve(std::vector<Says>{});
  try {
    work();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("MLS_TEST_KEY is not set"), std::string::npos) << error.what();
    EXPECT_EQ(error.exit_code(), 2);
  }
  EXPECT_TRUE(server_->requests().empty());
}

TEST_P(Loop, AServerThatIsDownFailsTheTrialWhichGoesOnLater) {
  serve({writes("int a;\n")});
  try {
    work();
    FAIL() << "the script is over";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 3) << error.what();
    EXPECT_NE(std::string(error.what()).find("given up after 2 attempts"), std::string::npos) << error.what();
  }
  EXPECT_NE(log_.events().back().at("event"), "ended");
  const std::vector<Json> before = log_.events();
  const Json conversation = sent(1);
  serve({submits(), {.text = "Done."}});
  work();
  EXPECT_EQ(sent(0), conversation) << "asked once more, word for word";
  const std::vector<Json> after = log_.events();
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]);
  EXPECT_FALSE(supervisor_->status().at("submitted_sha256").is_null());
}

TEST_P(Loop, ACallThatAKillLeftOpenIsAnswered) {
  serve({calls({{"write", R"({"text": "int a;\n"})"}, {"test", "{}"}, {"submit", "{}"}})});
  EXPECT_THROW(work(), Error) << "nothing can be evaluated here";
  ASSERT_EQ(results().size(), 1U);
  serve({submits(), {}});
  work();
  ASSERT_EQ(results().size(), 4U);
  for (const std::size_t open : {1, 2}) {
    EXPECT_EQ(results()[open].at("error"), true);
    EXPECT_NE(results()[open].at("text").get<std::string>().find("interrupted"), std::string::npos);
  }
  EXPECT_NE(results()[1].at("text").get<std::string>().find("Nothing was tested yet"), std::string::npos);
  EXPECT_EQ(events("message").size(), 5U) << "the conversation was not begun anew";
  EXPECT_EQ(supervisor_->used().actions, 1);
}

TEST_P(Loop, TurnsAndCostCountOverKills) {
  options_.turns = 3;
  serve({calls({{"view", ""}}), calls({{"view", ""}})});
  EXPECT_THROW(work(), Error);
  serve(std::vector<Says>(10, calls({{"view", ""}})));
  work();
  EXPECT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(how(), "reached the limit of 3 turns");
}

TEST_P(Loop, WhatFailedAttemptsHaveCostCounts) {
  const auto cut = [] {
    const std::string whole = llm::stream_of(GetParam(), {.text = "I think"});
    const std::string usage =
        GetParam() == "openai"
            ? llm::event_text("", {{"choices", Json::array()},
                                   {"usage", {{"prompt_tokens", 3000}, {"completion_tokens", 100}}}})
            : "";
    return Answer{.body = usage + whole.substr(0, whole.find("I think")), .cut = true};
  };
  options_.cost_usd = 0.007;  // an answer takes 0.0032, and so does each attempt that failed
  serve({cut(), {.body = llm::stream_of(GetParam(), calls({{"view", ""}}))}, cut(), cut()});
  EXPECT_THROW(work(), Error);
  const std::vector<Json> spent = events("spent");
  ASSERT_EQ(spent.size(), 3U);
  for (const Json& event : spent) {
    EXPECT_EQ(event.at("usage").at("prompt_tokens"), 3000);
    EXPECT_NEAR(event.at("usage").at("cost_usd").get<double>(), 0.0032, 1e-9);
    EXPECT_NE(event.at("why").get<std::string>().find("broke off"), std::string::npos) << event;
  }
  EXPECT_EQ(events("retry").size(), 2U) << "the last one is not tried again";
  serve(std::vector<Answer>{});
  work();
  EXPECT_TRUE(server_->requests().empty()) << "after a kill it counts as well";
  EXPECT_EQ(how(), "reached the limit of 0.007 USD");
}

TEST_P(Loop, TimeEndsItWhileTheModelThinks) {
  options_.budget.seconds = 0.3;
  serve(std::vector<Answer>{{.body = "x", .delay_s = 60}});
  work();
  EXPECT_EQ(log_.events().back().at("why"), "time is up");
}

TEST_P(Loop, WhatIsTooLongForTheServerIsTrimmedAndAskedAgain) {
  const Says long_view = calls({{"write", Json{{"text", "// " + std::string(30000, 'x') + "\n"}}.dump()}});
  std::vector<Answer> answers{{.body = llm::stream_of(GetParam(), long_view)},
                              {.body = llm::stream_of(GetParam(), calls({{"view", ""}}))}};
  const Json too_long{{"error",
                       {{"type", "invalid_request_error"},
                        {"code", "context_length_exceeded"},
                        {"message", "prompt is too long"}}}};
  answers.push_back({.status = 400, .body = too_long.dump()});
  answers.push_back({.body = llm::stream_of(GetParam(), submits())});
  answers.push_back({.body = llm::stream_of(GetParam(), {})});
  serve(std::move(answers));
  work();
  ASSERT_EQ(server_->requests().size(), 5U);
  EXPECT_EQ(events("trimmed").size(), 1U);
  EXPECT_LT(server_->requests()[3].body.size(), server_->requests()[2].body.size() * 2 / 3);
  EXPECT_EQ(events("message")[2].at("calls").at(0).at("arguments").at("text").get<std::string>().size(),
            30004U)
      << "the log keeps what was said";
  EXPECT_FALSE(supervisor_->status().at("submitted_sha256").is_null());
}

TEST_P(Loop, WhatOutgrowsTheContextIsTrimmedBeforeTheServerComplains) {
  options_.context_tokens = 16000;
  serve({writes("// " + std::string(30000, 'x') + "\n"), writes("// " + std::string(30000, 'y') + "\n"),
         submits(), Says{}});
  work();
  ASSERT_EQ(server_->requests().size(), 4U);
  EXPECT_GE(events("trimmed").size(), 1U);
  EXPECT_TRUE(events("retry").empty());
  for (const auto& request : server_->requests()) EXPECT_LT(request.body.size(), 60'000U);
  EXPECT_FALSE(supervisor_->status().at("submitted_sha256").is_null());
}

TEST_P(Loop, WhatCannotBeTrimmedFailsTheTrial) {
  const Json too_long{{"error", {{"code", "context_length_exceeded"}, {"message", "prompt is too long"}}}};
  serve(std::vector<Answer>(20, {.status = 400, .body = too_long.dump()}));
  EXPECT_THROW(work(), Error);
  EXPECT_LE(server_->requests().size(), 5U);
}

TEST(Conversation, IsReadBackAsItWasWritten) {
  llm::Reply reply;
  reply.message.from = llm::Message::From::agent;
  reply.message.text = "text";
  reply.message.reasoning = "thought";
  reply.message.blocks = {{{"type", "thinking"}}};
  reply.message.calls = {{"a", "view", {{"path", "x"}}, ""}, {"b", "test", Json::object(), "cut"}};
  const auto event = [](const char* kind, Json fields) {
    fields["event"] = kind;
    return fields;
  };
  llm::Message result;
  result.from = llm::Message::From::tool;
  result.call_id = "a";
  result.text = "file";
  const Recorded recorded = recorded_conversation(
      {event("message", message_fields({.from = llm::Message::From::system, .text = "rules"})),
       event("edit", {{"x", 1}}), event("message", answer_fields(reply, {{}, 0.5})),
       event("tool_result", result_fields(result, "view"))});
  ASSERT_EQ(recorded.messages.size(), 3U);
  EXPECT_EQ(recorded.answers, 1);
  EXPECT_EQ(recorded.cost_usd, 0.5);
  const llm::Message& answer = recorded.messages[1];
  EXPECT_EQ(message_fields(answer), message_fields(reply.message));
  EXPECT_EQ(recorded.messages[2].call_id, "a");
  const auto open = open_calls(recorded.messages);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].broken, "cut");
  for (const Json& wrong :
       {Json{{"event", "message"}}, Json{{"event", "message"}, {"from", "nobody"}, {"text", ""}},
        Json{{"event", "tool_result"}, {"text", 3}}, Json{{"x", 1}}})
    EXPECT_THROW((void)recorded_conversation({wrong}), Error) << wrong;
}

TEST(Conversation, IdsAreMadeUnique) {
  llm::Message answer;
  answer.blocks = Json::array();
  answer.calls = {
      {"a", "view", Json::object(), ""}, {"a", "view", Json::object(), ""}, {"", "view", Json::object(), ""}};
  make_ids_unique(answer, 4);
  EXPECT_EQ(answer.calls[0].id, "a");
  EXPECT_EQ(answer.calls[1].id, "call_4_1");
  EXPECT_EQ(answer.calls[2].id, "call_4_2");
  EXPECT_TRUE(answer.blocks.is_null());
}

}  // namespace
}  // namespace mls::trial
