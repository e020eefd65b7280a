// docs/store-format.md lists every kind of event that a trial's log may hold, and no other.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "core/files.hpp"
#include "core/locations.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

std::set<std::string> all_of(const std::string& text, const char* pattern) {
  const std::regex wanted(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
    found.insert((*at)[1].str());
  return found;
}

/// What the sources log: event("kind", ...), and the words of the two places that choose one.
std::set<std::string> kinds_in_sources() {
  std::set<std::string> kinds{"created", "resumed", "edit", "test", "submission", "note"};
  for (const auto& entry : fs::directory_iterator(repository_root() / "src" / "trial")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") || name.ends_with("_test.cpp")) continue;
    kinds.merge(all_of(read_file(entry.path()), R"re(event\(\s*"([a-z_ ]+)")re"));
  }
  return kinds;
}

TEST(EventKinds, AreThoseOfTheDocumentation) {
  std::string text = read_file(repository_root() / "docs" / "store-format.md");
  text = text.substr(text.find("## Trials"));
  text = text.substr(0, text.find("## The index"));
  std::set<std::string> documented;
  // The first column of the table may hold several.
  for (const std::string& row : all_of(text, "\n\\| ((?:`[a-z_ ]+`(?:, )?)+) \\|"))
    documented.merge(all_of(row, "`([a-z_ ]+)`"));
  EXPECT_EQ(documented, kinds_in_sources());
  EXPECT_GT(documented.size(), 20U);
}

}  // namespace
}  // namespace mls::trial
