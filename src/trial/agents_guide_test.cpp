// What docs/agents.md shows is what the program takes.
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "trial/command_agent.hpp"
#include "trial/llm_options.hpp"

namespace mls::trial {
namespace {

std::vector<std::string> toml_blocks(const std::string& guide) {
  constexpr std::string_view begin = "```toml\n";
  std::vector<std::string> blocks;
  for (std::size_t at = guide.find(begin); at != std::string::npos; at = guide.find(begin, at)) {
    at += begin.size();
    blocks.push_back(guide.substr(at, guide.find("```", at) - at));
  }
  return blocks;
}

TEST(AgentsGuide, EveryFileThatItShowsIsTaken) {
  int commands = 0;
  int models = 0;
  for (const std::string& block : toml_blocks(read_file(repository_root() / "docs" / "agents.md"))) {
    try {
      const toml::table table = toml::parse(block);
      if (table.contains("agent")) {
        EXPECT_FALSE(command_options_from_toml(block, "agents.md").command.empty());
        ++commands;
      } else if (table.contains("model")) {
        EXPECT_FALSE(llm_options_from_toml(block, "agents.md").model.name.empty());
        ++models;
      } else {
        EXPECT_TRUE(table.contains("mcp_servers")) << "a file of whom?\n" << block;
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\n" << block;
    }
  }
  EXPECT_GE(commands, 6) << "the reference and the templates";
  EXPECT_GE(models, 4) << "the reference and the templates";
}

}  // namespace
}  // namespace mls::trial
