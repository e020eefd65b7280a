#include "attacks/attack.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"
#include "evaluate/evaluate.hpp"
#include "task/task.hpp"

namespace mls::attacks {
namespace {

const std::string least = "// task: t\n// route: r\n// tries: to x\n// expect: crash\n";

std::string fault_of(const std::string& text) {
  try {
    (void)parse_attack("a.cpp", text);
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    return error.what();
  }
  return "";
}

TEST(Attack, HeaderIsRead) {
  const Attack attack = parse_attack(
      "folder/name.cpp", least +
                             "// message: a: b\n// honest: svrg\n// seeds: 2\n// runs: 3\n"
                             "// seal: private\n// by: score\n// tested: yes\n// setting: s\n\ncode");
  EXPECT_EQ(attack.name, "name");
  EXPECT_EQ(attack.tries, "to x");
  EXPECT_EQ(attack.message, "a: b");
  EXPECT_EQ(attack.honest, "svrg");
  EXPECT_EQ(attack.setting, "s");
  EXPECT_EQ(attack.seeds, 2);
  EXPECT_EQ(attack.runs, 3);
  EXPECT_TRUE(attack.sealed && attack.by_score && attack.tested && !attack.is_recipe());
}

TEST(Attack, ValuesGoOnOverLines) {
  const Attack attack = parse_attack(
      "a.recipe", "# task: t\n# route: r\n# tries: to do this\n# and that: too\n# expect: harmless\n");
  EXPECT_EQ(attack.tries, "to do this and that: too");
  EXPECT_TRUE(attack.is_recipe());
}

TEST(Attack, FaultsNameFileAndLine) {
  EXPECT_NE(fault_of("code").find("a.cpp: the header lacks `task"), std::string::npos);
  EXPECT_NE(fault_of("// no key\n").find("a.cpp:1: "), std::string::npos);
  EXPECT_NE(fault_of(least + "// colour: red\n").find("a.cpp:5: unknown key `colour`"), std::string::npos);
  EXPECT_NE(fault_of(least + "// task: again\n").find("a.cpp:5: the key `task` comes twice"),
            std::string::npos);
  EXPECT_NE(fault_of(least + "// seeds: many\n").find("1 ... 9"), std::string::npos);
  EXPECT_NE(fault_of(least + "// runs: 0\n").find("1 ... 9"), std::string::npos);
  EXPECT_NE(fault_of(least + "// seal: public\n").find("only \"private\""), std::string::npos);
  for (const char* outcome : {"ok", "infrastructure", "gained", "fine"}) {
    EXPECT_NE(fault_of(std::string("// task: t\n// route: r\n// tries: x\n// expect: ") + outcome + "\n")
                  .find("`expect`"),
              std::string::npos);
  }
}

TEST(Attack, PartsArePutInOnce) {
  const std::map<std::string, std::string> parts{
      {"a", "#include \"b\"\nA\n"}, {"b", "B\n#include \"a\"\n"}, {"c", "C"}};
  EXPECT_EQ(expanded("#include \"a\"\n#include \"b\"\n#include \"x\"\n#include <c>\nend", parts),
            "B\nA\n#include \"x\"\n#include <c>\nend\n");
  EXPECT_EQ(expanded("", parts), "");
}

TEST(Attack, BodyIsWhatFollowsTheHeader) {
  EXPECT_EQ(body_of(least + "\ncode\n"), "\ncode\n");
  EXPECT_EQ(body_of("code"), "code");
  EXPECT_EQ(body_of("# only"), "");
}

// What the issue asks of the corpus as a whole, and that no file of it is half finished.
TEST(Corpus, IsWholeAndWithinTheLimits) {
  const auto root = repository_root();
  const std::vector<Attack> corpus = load_corpus(root);
  EXPECT_GE(corpus.size(), 60U);
  std::set<std::string> tasks;
  std::set<std::string> outcomes;
  for (const Attack& attack : corpus) {
    const task::Task task = task::find(root, attack.task);
    tasks.insert(task.id);
    outcomes.insert(attack.expect);
    if (!attack.setting.empty() && attack.setting != "all") {
      EXPECT_NO_THROW((void)task.setting(attack.setting)) << attack.name;
    }
    if (attack.is_recipe()) continue;
    const auto parts = parts_of(root, read_file(task.folder / "method.cpp"), {std::string(100, 'x')});
    EXPECT_EQ(evaluate::method_from_source(expanded(read_file(attack.file), parts)).rejection, "")
        << attack.name;
  }
  EXPECT_GE(tasks.size(), 3U);
  EXPECT_EQ(outcomes.size(), 8U);  // harmless and every way to fail
}

}  // namespace
}  // namespace mls::attacks
