// `mls new-task` as others use it: what it writes for every protocol is a task that passes its quality gates
// as it is.
#include "task/new_task.hpp"

#include <gtest/gtest.h>

#include "tests/short_tree.hpp"

namespace mls {
namespace {

constexpr const char* area = "classical-and-adaptive-learning";

/// A build folder of its own, in which the judges of templates stand under the ids of the tasks made of them.
class NewTask : public ShortTree {
 protected:
  NewTask() {
    fs::copy(repository_root() / "templates", root() / "templates", fs::copy_options::recursive);
    fs::create_directories(build() / "judges");
    fs::create_directory_symlink(build_folder() / "bin", build() / "bin");
    environment_["MLS_BUILD"] = build().string();
  }

  fs::path build() const { return folder_.path() / "build"; }
  fs::path tasks() const { return root() / "tasks"; }

  /// "made-fit_predict", with its judge.
  std::string made(const std::string& protocol) const {
    std::string id = "made-" + protocol;
    fs::create_symlink(build_folder() / "judges" / ("template-" + protocol), build() / "judges" / id);
    const Json made = json({"new-task", area, id, "--protocol", protocol, "--json"});
    EXPECT_EQ(made.at("id"), id);
    EXPECT_EQ(made.at("title").get<std::string>().substr(0, 5), "Made ");
    EXPECT_EQ(made.at("folder"), (tasks() / area / id).string());
    return id;
  }

  void expect_clean_runs(const std::string& id, const std::string& baseline) const {
    const Json result =
        json({"eval", id, "--method", "baseline:" + baseline, "--settings", "all", "--seeds", "1", "--json"});
    for (const auto& setting : result.at("settings")) {
      for (const auto& run : setting.at("runs")) EXPECT_EQ(run.at("status"), "ok") << run.dump();
    }
  }

  void expect_working(const std::string& id) const {
    const task::Task task = task::find(root(), id);
    EXPECT_GE(task.baselines.size(), 3U);
    EXPECT_FALSE(task.expectations.empty());
    for (const auto& baseline : task.baselines) expect_clean_runs(id, baseline.id);
    const Finished calibrated = mls({"calibrate", id});
    EXPECT_EQ(calibrated.exit_code, 0) << calibrated.out << calibrated.err;
    const Finished checked = mls({"qc", id, "--smoke"});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  }

  void expect_no_placeholders(const std::string& id) const {
    for (const auto& entry : fs::recursive_directory_iterator(tasks() / area / id)) {
      if (entry.is_regular_file())
        EXPECT_EQ(read_file(entry.path()).find('@'), std::string::npos) << entry.path();
    }
  }

  std::size_t folders() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(tasks()), {}));
  }
};

class NewTaskOf : public NewTask, public ::testing::WithParamInterface<std::string> {};

TEST_P(NewTaskOf, PassesItsGates) {
  const std::string& protocol = GetParam();
  const std::string id = made(protocol);
  EXPECT_EQ(task::find(root(), id).protocol, protocol);
  expect_no_placeholders(id);
  expect_working(id);
}

INSTANTIATE_TEST_SUITE_P(EveryProtocol, NewTaskOf,
                         ::testing::ValuesIn(task::template_protocols(repository_root())),
                         [](const auto& tested) { return tested.param; });

TEST_F(NewTask, ThereIsATemplateForEveryProtocol) {
  EXPECT_EQ(task::template_protocols(root()).size(), 7U);
  EXPECT_EQ(std::distance(fs::directory_iterator(root() / "templates"), {}), 7);
}

TEST_F(NewTask, SaysWhatItWroteAndWhatToDoNext) {
  const Finished text =
      mls({"new-task", "CAL", "location", "--protocol", "fit_predict", "--title", R"(A "centre" \ @area@)"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  for (const char* part :
       {"judge.cpp", "baselines/median.cpp", "null/nan.cpp", "mls eval location --method baseline:mean",
        "mls calibrate location", "mls qc location"}) {
    EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
  }
  const task::Task made = task::find(root(), "location");
  EXPECT_EQ(made.title, R"(A "centre" \ @area@)");
  EXPECT_TRUE(read_file(made.folder / "question.md").starts_with("# A \"centre\" \\ @area@\n"));
  EXPECT_EQ(json({"tasks", "--json"}).size(), 2U);
}

TEST_F(NewTask, RefusesWithARemedyAndWritesNothing) {
  const auto refuse = [&](const char* where, const std::string& id, const char* protocol,
                          const std::string& part) {
    expect_error({"new-task", where, id, "--protocol", protocol}, 2, part);
  };
  refuse("time-serie", "location", "oracle", "did you mean \"time-series\"");
  refuse("TS", "location", "oracel", "did you mean \"oracle\"");
  refuse("TS", "Location", "oracle", "lower-case");
  refuse("TS", "../location", "oracle", "lower-case");
  refuse("TS", bandit, "oracle", task_folder().string());
  refuse("TS", "template-oracle", "oracle", "templates/oracle");
  expect_error({"new-task", "TS", "location", "--protocol", "oracle", "--title", "one\ntwo"}, 2, "one line");
  expect_error({"new-task", "TS", "location"}, 2, "--protocol is required");
  fs::remove_all(root() / "templates" / "rollout");
  refuse("TS", "location", "rollout", "there is one for: ");
  std::ofstream(root() / "templates" / "oracle" / "task.toml", std::ios::app) << "colour = 3\n";
  refuse("TS", "location", "oracle", "colour");
  EXPECT_EQ(folders(), 1U);
}

}  // namespace
}  // namespace mls
