#include "trial/llm_options.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/files.hpp"

namespace mls::trial {
namespace {

constexpr const char* key_line = "key_variable = \"SOME_API_KEY\"\n";

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 2) << error.what();
    return error.what();
  }
  return "no error";
}

LlmOptions read(const std::string& text) { return llm_options_from_toml(text, "m.toml"); }

TEST(LlmOptions, AreReadFromAFile) {
  const LlmOptions options = read(R"([model]
api = "anthropic"
name = "claude"
key_variable = "ANTHROPIC_API_KEY"
reasoning_effort = "high"
thinking_tokens = 8000
temperature = 1
max_output_tokens = 20000
context_tokens = 200000
extra = { top_p = 0.9 }
headers = { anthropic-beta = "context-1m" }
[price]
input = 3
output = 15.0
cached = 0.3
[limits]
seconds = 60
turns = 7
cost_usd = 2.5
retries = 0
)");
  EXPECT_EQ(options.model.url, "https://api.anthropic.com/v1");
  EXPECT_EQ(options.model.thinking_tokens, 8000);
  EXPECT_EQ(options.model.reasoning_effort, "high");
  EXPECT_EQ(options.model.temperature, 1);
  EXPECT_EQ(options.model.max_output_tokens, 20000);
  EXPECT_EQ(options.context_tokens, 200000);
  EXPECT_EQ(options.model.extra.at("top_p"), 0.9);
  EXPECT_EQ(options.model.headers.at("anthropic-beta"), "context-1m");
  const llm::Prices prices = options.prices.value_or(llm::Prices{});
  EXPECT_EQ(prices.cached, 0.3);
  EXPECT_EQ(prices.cache_write, 3) << "as much as any other input unless named";
  EXPECT_EQ(options.budget.seconds, 60);
  EXPECT_EQ(options.turns, 7);
  EXPECT_EQ(options.cost_usd, 2.5);
  EXPECT_EQ(options.patience.retries, 0);
  EXPECT_EQ(to_json(options).at("key_variable"), "ANTHROPIC_API_KEY");
}

TEST(LlmOptions, LittleIsRequired) {
  const LlmOptions options =
      read("[model]\napi = \"openai\"\nname = \"m\"\nurl = \"http://127.0.0.1:8000/v1/\"\n");
  EXPECT_EQ(options.model.url, "http://127.0.0.1:8000/v1");
  EXPECT_EQ(options.key_variable, "");
  EXPECT_FALSE(options.prices);
  EXPECT_FALSE(options.cost_usd);
}

TEST(LlmOptions, WhatIsWrongIsSaidWithItsLine) {
  const std::string good = "[model]\napi = \"openai\"\nname = \"m\"\n";
  const auto expect = [&](const std::string& text, const std::string& part) {
    const std::string error = error_of([&] { (void)read(text); });
    EXPECT_NE(error.find(part), std::string::npos) << part << " in: " << error;
  };
  expect("", "[model]");
  expect("[model]\nname = \"m\"\n", "api");
  expect("[model]\napi = \"opnai\"\nname = \"m\"\n", "m.toml:2");
  expect("[model]\napi = \"openai\"\n", "name");
  expect(good + "nme = 3\n", "m.toml:4");
  expect(good + "key = \"sk-1\"\n", "m.toml:4");
  expect(good + "temperature = 3\n", "m.toml:4: `temperature` must be in 0 ... 2");
  expect(good + "max_output_tokens = 1\n", "m.toml:4");
  expect(good + "context_tokens = 10\n", "m.toml:4");
  expect(good + "thinking_tokens = 2000\n", "reasoning_effort");
  expect("[model]\napi = \"anthropic\"\nname = \"m\"\nreturn_reasoning = true\n", "m.toml:4");
  expect("[model]\napi = \"anthropic\"\nname = \"m\"\nmax_output_tokens = 2000\nthinking_tokens = 2000\n",
         "m.toml:5");
  expect(good + "extra = { messages = [] }\n", "must not set \"messages\"");
  expect(good + "headers = { Authorization = \"Bearer x\" }\n", "looks like a key");
  expect(good + "headers = { x-api-key = \"x\" }\n", "looks like a key");
  expect(good + "headers = { \"X Y\" = \"x\" }\n", "printable");
  expect(good + "headers = { X = \"a\\r\\nY: b\" }\n", "printable");
  expect(good + "[price]\ninput = 1\n", "`output` is missing");
  expect(good + "[price]\ninput = -1\noutput = 1\n", "m.toml:5");
  expect(good + "[limits]\ncost_usd = 1\n", "m.toml:5: `cost_usd` needs a table [price]");
  expect(good + "[limits]\nturns = 0\n", "m.toml:5");
  expect(good + "[limits]\nsecond = 1\n", "m.toml:5");
  expect("[model\n", "m.toml:1");
  expect(good + "[other]\n", "m.toml:4");
}

TEST(LlmOptions, KeysAreNotSentWhereOthersCanReadThem) {
  const auto error = [](const std::string& url, bool with_key) {
    return error_of([&] {
      (void)read("[model]\napi = \"openai\"\nname = \"m\"\nurl = \"" + url + "\"\n" +
                 (with_key ? key_line : ""));
    });
  };
  for (const char* safe :
       {"https://example.org/v1", "http://localhost:1/v1", "http://127.0.0.1", "http://[::1]:80/v1"})
    EXPECT_EQ(error(safe, true), "no error") << safe;
  EXPECT_NE(error("http://example.org/v1", true).find("unencrypted"), std::string::npos);
  EXPECT_NE(error("http://localhost.example.org/v1", true).find("unencrypted"), std::string::npos);
  EXPECT_EQ(error("http://example.org/v1", false), "no error");
  for (const char* wrong : {"example.org", "ftp://example.org", "https://", "https://me:secret@example.org",
                            "https://example.org/?key=x", "https://a b"})
    EXPECT_NE(error(wrong, false).find("base of the API"), std::string::npos) << wrong;
}

TEST(LlmOptions, TheShorterTimeCounts) {
  const TemporaryFolder folder;
  AgentOptions options;
  EXPECT_NE(error_of([&] { (void)llm_options(options); }).find("--config"), std::string::npos);
  options.config = folder.path() / "m.toml";
  write_atomic(options.config, "[model]\napi = \"openai\"\nname = \"m\"\n[limits]\nseconds = 60\n");
  EXPECT_EQ(llm_options(options).budget.seconds, 60);
  EXPECT_EQ(llm_options(options).budget.tests, 3);
  options.tier = "explore";
  options.predict = true;
  EXPECT_EQ(llm_options(options).budget.seconds, 60);
  EXPECT_EQ(llm_options(options).budget.tests, std::nullopt);
  EXPECT_TRUE(llm_options(options).predict);
  EXPECT_EQ(make_agent("llm", options)->name(), "llm");
  options.tests = 3;
  EXPECT_NE(error_of([&] { (void)make_agent("llm", options); }).find("--tier"), std::string::npos);
}

}  // namespace
}  // namespace mls::trial
