#include "attacks/recipe.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;

class Recipe : public testing::Test {
 protected:
  std::optional<std::string> cook(std::string_view recipe) {
    return carry_out(recipe, folder_.path(), "start");
  }
  std::string content(const std::string& name) { return read_file(folder_.path() / name); }
  std::string fault_of(std::string_view recipe) {
    try {
      (void)cook(recipe);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::bad_input);
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(Recipe, WritesParts) {
  EXPECT_EQ(cook("# comment\n\nwrite a \"x\\n\\x00\\\\\\\"\" 3*\"ab\" start\nwrite b/c utf16\nwrite d\n"),
            std::nullopt);
  EXPECT_EQ(content("a"), std::string("x\n\0\\\"abababstart", 16));
  EXPECT_EQ(content("b/c"), std::string("\xff\xfes\0t\0a\0r\0t\0", 12));
  EXPECT_EQ(content("d"), "");
}

TEST_F(Recipe, MakesWhatIsNoFile) {
  EXPECT_EQ(cook("fifo f\nsocket s\nfolder d/e\nsymlink l /nowhere\nsparse big 1000000000000\nwrite a "
                 "\"x\"\nhardlink h a\nremove a\n"
                 "label \"my\\x1bname\""),
            "my\x1bname");
  EXPECT_TRUE(fs::is_fifo(folder_.path() / "f"));
  EXPECT_TRUE(fs::is_socket(folder_.path() / "s"));
  EXPECT_TRUE(fs::is_directory(folder_.path() / "d/e"));
  EXPECT_EQ(fs::read_symlink(folder_.path() / "l"), "/nowhere");
  EXPECT_EQ(fs::file_size(folder_.path() / "big"), 1'000'000'000'000U);
  EXPECT_EQ(content("h"), "x");
  EXPECT_FALSE(fs::exists(folder_.path() / "a"));
}

TEST_F(Recipe, ReplacesWhatIsThere) {
  EXPECT_EQ(cook("folder m/n\nwrite m \"x\"\nfolder m"), std::nullopt);
  EXPECT_TRUE(fs::is_directory(folder_.path() / "m"));
}

TEST_F(Recipe, NothingOutsideIsTouched) {
  for (const char* recipe :
       {"write /tmp/mls-attack \"x\"", "write ../x \"x\"", "remove a/../../x", "hardlink a ../x", "fifo /x",
        "symlink out ..\nwrite out/x \"x\"", "symlink out /tmp\nfolder out/x"}) {
    EXPECT_NE(fault_of(recipe).find("workspace"), std::string::npos) << recipe;
  }
}

TEST_F(Recipe, AnythingElseIsAFaultOfItsLine) {
  for (const char* recipe :
       {"fly", "write", "write a x", "write a \"x", "write a \"\\q\"", "write a \"\\x0\"", "write a 3*x",
        "write a -1*\"x\"", "write a 99999999999999999999*\"x\"", "write a 9000000*\"x\"", "sparse a",
        "sparse a many", "sparse a 99999999999999", "symlink a", "hardlink a b", "label x", "fifo a b",
        "label \"x\" y", "folder"}) {
    EXPECT_NE(fault_of(std::string("\n") + recipe).find("recipe line 2: "), std::string::npos) << recipe;
  }
}

}  // namespace
}  // namespace mls::attacks
