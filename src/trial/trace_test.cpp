#include "trial/trace.hpp"

#include <gtest/gtest.h>

namespace mls::trial {
namespace {

TEST(Trace, CannotDriveATerminal) {
  const std::string text = trace_text({{{"event", "note"},
                                        {"text",
                                         "red \x1b[31m, C1 \xc2\x9b"
                                         "31m, reversed \xe2\x80\xae, and a \t tab"}},
                                       {{"event", "odd\x1b]0;title\x07"}, {"more", "\xc2\x9d"}}});
  for (const char* part : {"\x1b", "\x07", "\xc2\x9b", "\xc2\x9d", "\xe2\x80\xae"})
    EXPECT_EQ(text.find(part), std::string::npos) << text;
  EXPECT_NE(text.find("red \\x1b[31m"), std::string::npos)
      << "it is shown that there was something: " << text;
  EXPECT_NE(text.find("and a \t tab"), std::string::npos);
}

TEST(Trace, EndsWithWhatItCost) {
  const Json message{{"event", "message"},
                     {"from", "agent"},
                     {"text", "Hm."},
                     {"usage", {{"prompt_tokens", 10}, {"completion_tokens", 2}, {"cost_usd", 0.25}}}};
  EXPECT_TRUE(
      trace_text({message, message}).ends_with("\ntotal: 2 answers, 20 tokens read, 4 written, $0.5000\n"));
  EXPECT_EQ(trace_text({{{"event", "note"}, {"text", "no model"}}}).find("total"), std::string::npos);
}

}  // namespace
}  // namespace mls::trial
