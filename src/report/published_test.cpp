#include "report/published.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"

namespace mls::report {
namespace {

TEST(Published, HasTwelveAreasAndSaysWhoseFiguresTheyAre) {
  const auto published = load_published(repository_root());
  EXPECT_EQ(published.areas.size(), 12U);
  EXPECT_EQ(published.human_sota_overall, 42.6);
  for (const std::string& text : {text_of(published), html_of(published)}) {
    EXPECT_NE(text.find("Published by the original MLS-Bench, not measured by this program"),
              std::string::npos);
    EXPECT_NE(text.find("42.6"), std::string::npos);
  }
  EXPECT_TRUE(to_json(published).contains("published"));
}

TEST(Published, ADamagedFileIsNamed) {
  const TemporaryFolder root;
  write_atomic(root.path() / "reference" / "published.json", R"({"note": "n", "sources": {"lite": 3}})");
  try {
    (void)load_published(root.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("published.json"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace mls::report
