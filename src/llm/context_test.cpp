#include "llm/context.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mls::llm {
namespace {

/// Rules, question, and exchanges of one call each.
Messages conversation(int exchanges, std::size_t result_bytes, std::size_t argument_bytes = 0) {
  Messages messages{{.from = Message::From::system, .text = "rules"},
                    {.from = Message::From::user, .text = "question"}};
  for (int i = 0; i < exchanges; ++i) {
    const std::string id = "c" + std::to_string(i);
    Message& asks = messages.emplace_back();
    asks.from = Message::From::agent;
    asks.calls = {{id, "write", {{"text", std::string(argument_bytes, 'a')}}, ""}};
    messages.push_back({.from = Message::From::tool, .text = std::string(result_bytes, 'r'), .call_id = id});
  }
  return messages;
}

/// Every call has its result, right after it.
void expect_whole(const Messages& messages) {
  ASSERT_GE(messages.size(), 2U);
  EXPECT_EQ(messages[0].text, "rules");
  EXPECT_TRUE(messages[1].text.starts_with("question"));
  std::set<std::string> asked;
  std::set<std::string> answered;
  for (const Message& message : messages) {
    for (const ToolCall& call : message.calls) asked.insert(call.id);
    if (message.from == Message::From::tool) answered.insert(message.call_id);
  }
  EXPECT_EQ(asked, answered);
}

TEST(Trim, LeavesAloneWhatFits) {
  Messages messages = conversation(10, 1000);
  EXPECT_FALSE(trim(messages, bytes_of(messages)));
  EXPECT_EQ(bytes_of(messages), bytes_of(conversation(10, 1000)));
}

TEST(Trim, ShortensOldResultsFirst) {
  Messages messages = conversation(10, 3000);
  EXPECT_TRUE(trim(messages, 29000));
  EXPECT_LE(bytes_of(messages), 20000U);
  EXPECT_GE(bytes_of(messages), 15000U) << "no more than needed";
  EXPECT_EQ(messages.size(), 22U);
  EXPECT_NE(messages[3].text.find("of 3000 bytes left out"), std::string::npos) << messages[3].text;
  EXPECT_EQ(messages.back().text.size(), 3000U);
  expect_whole(messages);
  EXPECT_FALSE(trim(messages, 29000)) << "then there is room for a while";
}

TEST(Trim, ThenLeavesOutTheOldestExchanges) {
  Messages messages = conversation(20, 10, 3000);
  EXPECT_TRUE(trim(messages, 30000));
  EXPECT_LE(bytes_of(messages), 21000U);
  EXPECT_EQ(messages.back().call_id, "c19");
  EXPECT_NE(messages[1].text.find("left out"), std::string::npos);
  expect_whole(messages);
  const std::size_t noted = messages[1].text.size();
  const Messages more = conversation(10, 10, 3000);
  messages.insert(messages.end(), more.begin() + 2, more.end());
  EXPECT_TRUE(trim(messages, 30000));
  EXPECT_EQ(messages[1].text.size(), noted) << "said once";
}

TEST(Trim, TheLatestResultIsShortenedOnlyWhenNothingElseHelps) {
  Messages messages = conversation(3, 100000);
  EXPECT_TRUE(trim(messages, 30000));
  EXPECT_LE(bytes_of(messages), 30000U);
  EXPECT_GE(messages.back().text.size(), 3000U);
  expect_whole(messages);
}

TEST(Trim, KeepsCharactersWhole) {
  Messages messages = conversation(2, 0);
  for (int i = 0; i < 2000; ++i) messages[3].text += "ä€";
  EXPECT_TRUE(trim(messages, 5000));
  EXPECT_NO_THROW((void)Json(messages[3].text).dump());
}

TEST(Trim, TakesAnyConversation) {
  for (Messages messages :
       {Messages{}, Messages{{.from = Message::From::user, .text = std::string(100, 'x')}},
        Messages{{.from = Message::From::agent, .text = std::string(100, 'x')}}})
    EXPECT_NO_THROW((void)trim(messages, 10));
}

TEST(Room, IsWhatTheContextLeaves) {
  EXPECT_GT(room_for(128000, 16000), 300000U);
  EXPECT_LT(room_for(128000, 16000), 3U * 112000U);
  EXPECT_GE(room_for(1000, 16000), 10000U);
}

}  // namespace
}  // namespace mls::llm
