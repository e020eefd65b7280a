// The client against a server on this machine that misbehaves.
#include "llm/client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "llm/scripted_server.hpp"

namespace mls::llm {
namespace {

constexpr const char* key = "sk-sesame-open";

class Asking : public ::testing::TestWithParam<std::string> {
 protected:
  void serve(std::vector<Answer> script) {
    server_ = std::make_unique<ScriptedServer>(std::move(script));
    options_.url = server_->url();
  }
  Answer saying(const Says& says) const { return {.body = stream_of(GetParam(), says)}; }

  std::optional<Reply> ask(const std::stop_token& stop = {}) {
    options_.api = GetParam();
    options_.name = "m";
    const ModelClient client(options_, patience_, key, http_,
                             [this](double seconds, const std::stop_token&) { waits_.push_back(seconds); });
    return client.ask(
        {{.from = Message::From::system, .text = "rules"}, {.from = Message::From::user, .text = "begin"}},
        {}, stop, [this](const Failure& failure) {
          failures_.push_back(failure);
          if (failure.wait_s) retries_.push_back(failure.why);
        });
  }

  /// The first events of an answer, which tell what it has cost so far.
  static std::string begun_stream() {
    if (GetParam() == "openai") {
      return event_text("", {{"choices", {{{"delta", {{"content", "at"}}}}}},
                             {"usage", {{"prompt_tokens", 120}, {"completion_tokens", 5}}}});
    }
    const std::string whole = stream_of(
        GetParam(), {.text = "at last", .usage = Json{{"input_tokens", 120}, {"output_tokens", 5}}});
    return whole.substr(0, whole.find("event: content_block_stop"));
  }
  static std::string refusal_text(const std::string& type) {
    return event_text("", {{"type", "error"}, {"error", {{"type", type}, {"message", type}}}});
  }

  Reply answered() {
    std::optional<Reply> reply = ask();
    EXPECT_TRUE(reply);
    return std::move(reply).value_or(Reply{});
  }

  std::string failure(int exit_code) {
    try {
      (void)ask();
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), exit_code) << error.what();
      return error.what();
    }
    return "no failure";
  }

  CurlHttp http_;
  ModelOptions options_{.max_output_tokens = 1000};
  Patience patience_{.request_s = 20, .retries = 3};
  std::unique_ptr<ScriptedServer> server_;
  std::vector<double> waits_;
  std::vector<std::string> retries_;
  std::vector<Failure> failures_;
};
INSTANTIATE_TEST_SUITE_P(Wire, Asking, ::testing::Values("openai", "anthropic"),
                         [](const auto& api) { return api.param; });

TEST_P(Asking, GetsAnAnswer) {
  serve({saying({.text = "hello",
                 .usage = GetParam() == "openai" ? Json{{"prompt_tokens", 100}, {"completion_tokens", 3}}
                                                 : Json{{"input_tokens", 100}, {"output_tokens", 3}}})});
  options_.headers = {{"X-Team", "seven"}};
  const Reply reply = answered();
  EXPECT_EQ(reply.message.text, "hello");
  EXPECT_EQ(reply.usage.prompt, 100);
  EXPECT_EQ(reply.usage.completion, 3);
  EXPECT_TRUE(reply.doubts.empty()) << reply.doubts.front();
  const auto request = server_->requests().at(0);
  EXPECT_NE(request.head.find(GetParam() == "openai" ? "POST /v1/chat/completions" : "POST /v1/messages"),
            std::string::npos);
  EXPECT_NE(request.head.find(key), std::string::npos);
  EXPECT_NE(request.head.find("X-Team: seven"), std::string::npos);
  EXPECT_EQ(request.json().at("model"), "m");
}

TEST_P(Asking, TriesAgainWhatMayPass) {
  const std::string good = stream_of(GetParam(), {.text = "at last"});
  serve({{.status = 429, .headers = {"Retry-After: 7"}, .body = R"({"error":{"message":"slow down"}})"},
         {.status = 500, .body = "<html>"},
         {.body = good.substr(0, good.size() / 2), .cut = true},
         {.body = good, .piece = 3}});
  ASSERT_TRUE(ask());
  ASSERT_EQ(retries_.size(), 3U);
  EXPECT_NE(retries_[0].find("answered 429: slow down"), std::string::npos) << retries_[0];
  EXPECT_NE(retries_[1].find("answered 500"), std::string::npos) << retries_[1];
  EXPECT_NE(retries_[2].find("broke off"), std::string::npos) << retries_[2];
  EXPECT_EQ(waits_.at(0), 7) << "as long as the server asks";
  EXPECT_GE(waits_.at(1), 1);
  EXPECT_GE(waits_.at(2), 2);
}

TEST_P(Asking, WhatFailedAttemptsHaveCostIsTold) {
  patience_.retries = 4;
  serve({{.status = 500, .body = "<html>"},
         {.body = begun_stream(), .cut = true},
         {.body = begun_stream() + "data: <html>\n\n"},
         {.body = begun_stream() + refusal_text("overloaded_error")},
         {.body = begun_stream() + refusal_text("authentication_error")}});
  EXPECT_NE(failure(2).find("authentication_error"), std::string::npos);
  ASSERT_EQ(failures_.size(), 5U);
  EXPECT_FALSE(failures_[0].usage) << "the server told nothing";
  for (std::size_t i = 1; i < 5; ++i) {
    ASSERT_TRUE(failures_[i].usage) << failures_[i].why;
    EXPECT_EQ(failures_[i].usage->prompt, 120) << failures_[i].why;
    EXPECT_EQ(failures_[i].usage->completion, 5) << failures_[i].why;
    EXPECT_EQ(failures_[i].wait_s.has_value(), i < 4);
  }
}

TEST_P(Asking, WhatTheLastAttemptHasCostIsTold) {
  patience_.retries = 0;
  serve({{.body = begun_stream(), .cut = true}});
  EXPECT_NE(failure(3).find("given up after 1 attempt"), std::string::npos);
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_FALSE(failures_[0].wait_s);
  EXPECT_EQ(failures_[0].usage.value_or(Usage{}).prompt, 120);
}

TEST_P(Asking, WhatAStoppedAttemptHasCostIsTold) {
  serve({{.body = begun_stream() + ": wait\n\n", .pause_s = 60}});
  std::stop_source source;
  auto asked = std::async(std::launch::async, [&] { return ask(source.get_token()); });
  while (server_->requests().empty()) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  source.request_stop();
  EXPECT_FALSE(asked.get());
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_EQ(failures_[0].usage.value_or(Usage{}).prompt, 120);
  EXPECT_TRUE(retries_.empty());
}

TEST_P(Asking, StreamsThatEndEarlyOrSayAnErrorAreTriedAgain) {
  const std::string good = stream_of(GetParam(), {.text = "at last"});
  serve(
      {{.body = good.substr(0, good.size() / 2)},
       {.body =
            "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n"},
       {.body = "data: <html>\n\n"},
       {.body = good}});
  ASSERT_TRUE(ask());
  ASSERT_EQ(retries_.size(), 3U);
  EXPECT_NE(retries_[0].find("in the middle of an answer"), std::string::npos) << retries_[0];
  EXPECT_NE(retries_[1].find("busy"), std::string::npos) << retries_[1];
  EXPECT_NE(retries_[2].find("is not JSON"), std::string::npos) << retries_[2];
}

TEST_P(Asking, AnswersThatAreNoStreamAreNamed) {
  patience_.retries = 0;
  serve({{.body = R"({"choices":[{"message":{"content":"hello"}}]})"}, {}});
  EXPECT_NE(failure(3).find("other than a stream of events"), std::string::npos);
  EXPECT_NE(failure(3).find("answered nothing"), std::string::npos);
}

TEST_P(Asking, GivesUpInTheEnd) {
  serve({});
  const std::string why = failure(3);
  EXPECT_NE(why.find("answered 500: the script is over; given up after 4 attempts"), std::string::npos)
      << why;
  EXPECT_EQ(server_->requests().size(), 4U);
}

TEST_P(Asking, SaysThatNobodyIsThere) {
  serve({});
  server_.reset();
  const std::string why = failure(3);
  EXPECT_NE(why.find("cannot be reached"), std::string::npos) << why;
  EXPECT_NE(why.find(options_.url), std::string::npos) << why;
  EXPECT_EQ(retries_.size(), 3U);
}

TEST_P(Asking, WhatSomebodyMustMendIsNotTriedAgain) {
  serve({{.status = 401, .body = R"({"error":{"message":"Incorrect API key provided: sk-sesame-open."}})"}});
  const std::string why = failure(2);
  EXPECT_NE(why.find("answered 401: Incorrect API key provided: [key]."), std::string::npos) << why;
  EXPECT_EQ(server_->requests().size(), 1U);
}

TEST_P(Asking, RedirectsAreNotFollowed) {
  ScriptedServer other({saying({.text = "your key, please"})});
  serve({{.status = 307, .headers = {"Location: " + other.url()}}});
  EXPECT_NE(failure(2).find("answered 307"), std::string::npos);
  EXPECT_TRUE(other.requests().empty());
}

TEST_P(Asking, SlowServersAreNotWaitedForForever) {
  patience_ = {.request_s = 0.3, .retries = 1};
  serve({{.body = "x", .delay_s = 30}, {.body = "x", .delay_s = 30}});
  const std::string why = failure(3);
  EXPECT_NE(why.find("did not answer in time"), std::string::npos) << why;
}

TEST_P(Asking, LongWaitsAreRefused) {
  serve({{.status = 429, .headers = {"Retry-After: 100000"}}});
  EXPECT_NE(failure(3).find("given up after 1 attempt;"), std::string::npos);
}

TEST_P(Asking, StopsWhenItIsTold) {
  serve({{.body = "x", .delay_s = 60}});
  std::stop_source source;
  auto asked = std::async(std::launch::async, [&] { return ask(source.get_token()); });
  while (server_->requests().empty()) std::this_thread::yield();
  source.request_stop();
  EXPECT_FALSE(asked.get());
  EXPECT_TRUE(retries_.empty());
}

TEST_P(Asking, EndlessAnswersAreBounded) {
  const std::string begin = stream_of(GetParam(), {.text = "x"});
  // Ever more text; then ever more of nothing.
  const std::string start = begin.substr(0, begin.find("\n\n", begin.find("\"x\"")) + 2);
  const std::string piece =
      GetParam() == "openai"
          ? event_text("", {{"choices", {{{"delta", {{"content", std::string(1000, 'y')}}}}}}})
          : event_text("", {{"type", "content_block_delta"},
                            {"index", 0},
                            {"delta", {{"type", "text_delta"}, {"text", std::string(1000, 'y')}}}});
  std::string body = start;
  for (int i = 0; i < 200; ++i) body += piece;
  serve({{.body = body, .endless = true},
         {.body = ": nothing\n", .endless = true},
         {.body = "data: " + std::string(100000, 'z'), .endless = true}});
  const Reply reply = answered();
  EXPECT_EQ(reply.stop, Reply::Stop::length);
  EXPECT_LE(reply.message.text.size(), limits_for(1000).bytes);
  EXPECT_FALSE(reply.doubts.empty());
  patience_.retries = 0;
  EXPECT_NE(failure(3).find("without an end"), std::string::npos);
  EXPECT_NE(failure(3).find("an event of more than"), std::string::npos);
}

TEST_P(Asking, EndlessErrorsAreBounded) {
  patience_.retries = 0;
  serve({{.status = 500, .body = std::string(100000, 'z'), .endless = true}});
  EXPECT_LT(failure(3).size(), 3000U);
}

TEST_P(Asking, KeysThatComeBackAreReplaced) {
  const std::string echo = "the key is sk-sesame-open!";
  serve({saying(
      {.text = echo,
       .calls = {{"sk-sesame-open", "sk-sesame-open", R"({"sk-sesame-open":["\u0073k-sesame-open"]})"},
                 {"c", "view", "{ sk-sesame-open"},
                 {"d", "view", "{" + std::string(90, 'x') + "sk-sesame-open" + std::string(300, 'x')}},
       .reasoning = echo})});
  const Reply reply = answered();
  const Message& message = reply.message;
  EXPECT_EQ(message.text, "the key is [key]!");
  EXPECT_EQ(message.reasoning, "the key is [key]!");
  EXPECT_EQ(message.calls[0].id, "[key]");
  EXPECT_EQ(message.calls[0].name, "[key]");
  EXPECT_EQ(message.calls[0].arguments.dump(), R"({"[key]":["[key]"]})");
  for (const ToolCall& call : message.calls)
    EXPECT_EQ(call.broken.find("sesame"), std::string::npos) << call.broken;
  EXPECT_EQ(message.blocks.dump().find("sesame"), std::string::npos) << message.blocks;
}

TEST_P(Asking, ImpossibleUsageIsNotBelieved) {
  serve({saying({.text = "x",
                 .usage = GetParam() == "openai"
                              ? Json{{"prompt_tokens", 1e15}, {"completion_tokens", -3}}
                              : Json{{"input_tokens", 1'000'000'000'000}, {"output_tokens", -3}}})});
  const Reply reply = answered();
  EXPECT_EQ(reply.doubts.size(), 2U);
  EXPECT_LT(reply.usage.prompt, 1000);
  EXPECT_EQ(reply.usage.completion, 1);
}

TEST(Waiting, DoublesAndIsSpread) {
  const Patience patience{.first_wait_s = 1, .longest_wait_s = 10};
  EXPECT_DOUBLE_EQ(wait_s(patience, 0, 0, {}), 0.5);
  EXPECT_DOUBLE_EQ(wait_s(patience, 2, 0, {}), 2);
  EXPECT_DOUBLE_EQ(wait_s(patience, 2, 1, {}), 4);
  EXPECT_DOUBLE_EQ(wait_s(patience, 1000, 1, {}), 10);
  EXPECT_DOUBLE_EQ(wait_s(patience, 0, 0, 30), 30);
}

TEST(Keys, AreTakenFromTheEnvironment) {
  const auto error = [](const char* value) {
    if (value == nullptr) {
      ::unsetenv("MLS_TEST_KEY");
    } else {
      ::setenv("MLS_TEST_KEY", value, 1);
    }
    try {
      return "key " + key_from("MLS_TEST_KEY");
    } catch (const Error& failure) {
      EXPECT_EQ(failure.exit_code(), 2);
      return std::string(failure.what());
    }
  };
  EXPECT_EQ(key_from(""), "");
  EXPECT_EQ(error("12345678"), "key 12345678");
  EXPECT_NE(error(nullptr).find("MLS_TEST_KEY is not set"), std::string::npos);
  EXPECT_NE(error("").find("not set"), std::string::npos);
  EXPECT_NE(error("1234567").find("less than 8"), std::string::npos);
  EXPECT_EQ(error("1234567").find("1234567"), std::string::npos) << "what is wrong with it must not show it";
  EXPECT_NE(error("12345678\r\nX: y").find("printable"), std::string::npos);
}

}  // namespace
}  // namespace mls::llm
