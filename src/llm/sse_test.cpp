#include "llm/sse.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/error.hpp"

namespace mls::llm {
namespace {

std::vector<std::string> events_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> found;
  EventStream stream(1000);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    stream.take(text.substr(at, piece),
                [&](const ServerEvent& event) { found.push_back(event.name + "|" + event.data); });
  }
  return found;
}

TEST(EventStream, ReadsEventsHoweverTheyAreSplit) {
  const std::string text =
      "\xef\xbb\xbf"
      "data: one\n\n: a comment\nevent: two\r\ndata:a\r\ndata: b\r\n\r\ndata\rid: 3\rretry: 4\r\r"
      "event: no data\n\nnonsense\ndata:  spaced:out \n\ndata: never ended\n";
  const std::vector<std::string> expected{"message|one", "two|a\nb", "message|", "message| spaced:out "};
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    EXPECT_EQ(events_of(text, piece), expected) << piece;
}

TEST(EventStream, LineEndsMayBeMixed) {
  EXPECT_EQ(events_of("data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n", 1),
            (std::vector<std::string>{"message|1", "message|2", "message|3"}));
}

TEST(EventStream, IsBoundedInMemory) {
  const auto swallow = [](const ServerEvent&) {};
  EventStream line(100);
  EXPECT_THROW(line.take(std::string(101, 'x'), swallow), Error);
  EventStream lines(100);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) lines.take("data: 0123456789\n", swallow);
      },
      Error);
  EventStream names(100);
  for (int i = 0; i < 1000; ++i) names.take("event: 0123456789\n: 0123456789\n", swallow);
}

}  // namespace
}  // namespace mls::llm
