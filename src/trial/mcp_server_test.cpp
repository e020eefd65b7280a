// What clients are told, without a process of its own. Whole trials are in tests/mcp_test.cpp.
#include "trial/mcp_server.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "sandbox/descriptor.hpp"
#include "trial/trial_fixture.hpp"

namespace mls::trial {
namespace {

class McpFaces : public ExampleTrial {
 protected:
  /// What a client that calls these tools, one after the other, and leaves is answered.
  std::vector<std::string> answers(const std::vector<std::string>& tools) {
    const McpAgent agent({{"full", 20, 3, 3600}, false}, nullptr);
    open(agent);
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const sandbox::Descriptor in(ends[0]);
    sandbox::Descriptor client(ends[1]);
    const std::filesystem::path file = home_.path() / "answers";
    const sandbox::Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    for (const std::string& tool : tools) {
      const std::string line =
          Json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/call"}, {"params", {{"name", tool}}}}.dump() +
          "\n";
      EXPECT_EQ(::write(client.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }
    client.reset();
    LineChannel channel(in.get(), out.get());
    face_ = mcp_face(order_);
    McpServer server(channel, face_, [] {});
    server.serve(*supervisor_);
    return texts_in(read_file(file));
  }

  static std::vector<std::string> texts_in(const std::string& lines) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
      const Json reply = Json::parse(lines.substr(at, lines.find('\n', at) - at));
      texts.push_back(reply.at("result").at("content").at(0).at("text"));
    }
    return texts;
  }

  McpFace face_;
};

TEST_F(McpFaces, SayWhenThereAreNoCaps) {
  EXPECT_EQ(answers({"task"}).at(0).find("there is no cap"), std::string::npos);
  EXPECT_EQ(face_.instructions.find("there is no cap"), std::string::npos);
  order_.conditions.capacity = Conditions::Capacity::off;
  EXPECT_NE(answers({"task"}).at(0).find("there is no cap"), std::string::npos);
  EXPECT_NE(face_.instructions.find("there is no cap"), std::string::npos);
}

TEST_F(McpFaces, TheFirstAnswerAfterAnInterruptionSaysSo) {
  const auto first = answers({"task", "budget"});
  EXPECT_EQ(first.at(0).find("interrupted"), std::string::npos) << first.at(0);
  const auto second = answers({"view", "view"});
  for (const char* part :
       {"This trial was interrupted and goes on", "what it was at the beginning",
        "0 of 3 tests, 0 of 20 actions", "Nothing was tested yet", "Nothing is submitted yet"})
    EXPECT_NE(second.at(0).find(part), std::string::npos) << part << second.at(0);
  EXPECT_NE(second.at(0).find(supervisor_->brief().start().source.substr(0, 10)), std::string::npos);
  EXPECT_EQ(second.at(1).find("interrupted"), std::string::npos) << "once is enough";
  (void)answers({"submit"});
  const auto third = answers({"budget"});
  EXPECT_NE(third.at(0).find("A version is submitted"), std::string::npos) << third.at(0);
}

}  // namespace
}  // namespace mls::trial
