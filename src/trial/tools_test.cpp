#include "trial/tools.hpp"

#include <gtest/gtest.h>

#include "trial/trial_fixture.hpp"

namespace mls::trial {
namespace {

class IdleAgent final : public Agent {
 public:
  [[nodiscard]] std::string name() const override { return "idle"; }
  [[nodiscard]] Json settings() const override { return Json::object(); }
  [[nodiscard]] Budget budget() const override { return granted; }
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] bool predicts() const override { return predicting; }
  void run(Desk& /*desk*/) const override {}

  Budget granted{"own", 4, 1, 3600};
  bool predicting = false;
};

class Tools : public ExampleTrial {
 protected:
  Tools() { open(); }
  using ExampleTrial::open;
  void open() { open(agent_); }

  std::string done(const std::string& name, const Json& arguments = Json::object()) {
    const ToolResult result = toolbox_->call(name, arguments);
    EXPECT_FALSE(result.error) << name << ": " << result.text;
    return result.text;
  }
  std::string refused(const std::string& name, const Json& arguments = Json::object()) {
    const ToolResult result = toolbox_->call(name, arguments);
    EXPECT_TRUE(result.error) << name << ": " << result.text;
    return result.text;
  }
  void write(const std::string& text) { (void)done("write", {{"text", text}}); }

  IdleAgent agent_;
};

TEST_F(Tools, ShowFilesWithLineNumbers) {
  const std::string start = supervisor_->brief().start().source;
  EXPECT_EQ(done("view"), numbered_lines(start, 1, 0, 100000));
  EXPECT_EQ(done("view", {{"path", "./method.cpp"}, {"first_line", 1}, {"last_line", 1}}),
            numbered_lines(start, 1, 1, 100000));
  EXPECT_FALSE(done("view", {{"path", "surface.hpp"}}).empty());
  EXPECT_NE(done("view", {{"path", "README.md"}}).find("The tool submit"), std::string::npos);
  EXPECT_NE(refused("view", {{"path", "surfce.hpp"}}).find("did you mean \"surface.hpp\""),
            std::string::npos);
  for (const char* path : {"/etc/passwd", "../task.toml", "judge.cpp", "", "baselines"})
    EXPECT_NE(refused("view", {{"path", path}}).find("there is no file"), std::string::npos) << path;
  EXPECT_NE(refused("view", {{"first_line", 100000}}).find("does not exist"), std::string::npos);
  EXPECT_NE(refused("view", {{"first_line", 0}}).find("count from 1"), std::string::npos);
  EXPECT_EQ(supervisor_->used().actions, 0);
}

TEST_F(Tools, EveryChangeIsAnActionAndIsLogged) {
  write("int a = 1;\n");
  EXPECT_NE(done("edit", {{"old_text", "1"}, {"new_text", "2"}}).find("+int a = 2;"), std::string::npos);
  EXPECT_EQ(toolbox_->draft(), "int a = 2;\n");
  EXPECT_NE(done("write", {{"text", "int a = 2;\n"}}).find("nothing was counted"), std::string::npos);
  EXPECT_EQ(supervisor_->used().actions, 2);
  EXPECT_NE(done("undo").find("3 of 4 actions"), std::string::npos);
  EXPECT_EQ(toolbox_->draft(), "int a = 1;\n");
  (void)done("undo");
  EXPECT_EQ(toolbox_->draft(), supervisor_->brief().start().source);
  EXPECT_NE(refused("undo").find("nothing to undo"), std::string::npos);
  EXPECT_NE(refused("write", {{"text", "int b;\n"}}).find("4 of 4 are used up"), std::string::npos);
  EXPECT_EQ(toolbox_->draft(), supervisor_->brief().start().source) << "what is refused changes nothing";
  EXPECT_EQ(kinds(),
            (std::vector<std::string>{"created", "edit", "edit", "edit", "edit", "refused", "refused"}));
  EXPECT_NE(log_.events()[2].at("diff").get<std::string>().find("-int a = 1;\n+int a = 2;\n"),
            std::string::npos);
}

TEST_F(Tools, ATestIsGrantedBeforeItIsMade) {
  agent_.granted = {"own", 4, 2, 3600};
  open();
  write("int a;\n");
  auto test = toolbox_->begin_test(Json::object());
  EXPECT_TRUE(supervisor_->status().at("testing").get<bool>());
  EXPECT_NE(toolbox_->begin_test(Json::object())().text.find("another test is running"), std::string::npos);
  write("int b;\n");
  write("int c;\n");
  EXPECT_NE(refused("write", {{"text", "int d;\n"}}).find("4 of 4 are used up, the test"), std::string::npos);
  test = nullptr;
  EXPECT_FALSE(supervisor_->status().at("testing").get<bool>()) << "it was never made";
  write("int d;\n");
  EXPECT_EQ(kinds(),
            (std::vector<std::string>{"created", "edit", "refused", "edit", "edit", "refused", "edit"}));
  const ToolResult wrong = toolbox_->begin_test({{"speed", "high"}})();
  EXPECT_TRUE(wrong.error);
  EXPECT_NE(wrong.text.find("has no argument \"speed\""), std::string::npos) << wrong.text;
  const ToolResult late = toolbox_->begin_test(Json::object())();
  EXPECT_NE(late.text.find("4 of 4 are used up;"), std::string::npos) << late.text;
}

TEST_F(Tools, TakeSourceTextsOnly) {
  write("int a;\n");
  for (const auto& text :
       {std::string(), std::string(" \n"), std::string("a\0b", 3), std::string(70000, 'x')}) {
    (void)refused("write", {{"text", text}});
    EXPECT_EQ(toolbox_->draft(), "int a;\n");
  }
  const std::string most(65000, 'x');
  (void)done("write", {{"text", most}});
  EXPECT_NE(refused("edit", {{"old_text", most}, {"new_text", most + most}}).find("at most"),
            std::string::npos);
  EXPECT_EQ(supervisor_->used().actions, 2);
}

TEST_F(Tools, SubmitNoteAndTellTheBudget) {
  write("int a;\n");
  EXPECT_NE(done("submit").find("Submitted"), std::string::npos);
  EXPECT_EQ(supervisor_->status().at("submitted_sha256"), evaluate::method_from_source("int a;\n").sha256);
  (void)done("note", {{"text", "why"}});
  EXPECT_EQ(log_.events().back().at("text"), "why");
  EXPECT_NE(done("budget").find("0 of 1 tests, 1 of 4 actions"), std::string::npos);
  EXPECT_NE(refused("note", {{"text", std::string(5000, 'x')}}).find("at most 4096"), std::string::npos);
}

TEST_F(Tools, WrongCallsGetAReason) {
  EXPECT_NE(refused("dance").find("there are: view, edit"), std::string::npos);
  EXPECT_NE(refused(std::string(10000, 'x')).size(), 10000U);
  EXPECT_NE(refused("edit").find("\"old_text\" of edit is missing"), std::string::npos);
  EXPECT_NE(refused("edit", Json::array()).find("must be a JSON object"), std::string::npos);
  EXPECT_NE(refused("view", nullptr).find("must be a JSON object"), std::string::npos);
  EXPECT_NE(refused("write", {{"text", 3}}).find("must be of type string, not number"), std::string::npos);
  EXPECT_NE(refused("view", {{"first_line", "3"}}).find("of type integer"), std::string::npos);
  EXPECT_NE(refused("view", {{"first_line", 3.5}}).find("of type integer"), std::string::npos);
  EXPECT_NE(refused("view", {{"first_line", 1e300}}).find("of type integer"), std::string::npos);
  EXPECT_NE(refused("view", {{"file", "x"}}).find("has no argument \"file\"; it takes path"),
            std::string::npos);
  EXPECT_NE(refused("undo", {{"x", 1}}).find("it takes none"), std::string::npos);
  EXPECT_NE(refused("submit", {{"predictions", Json::object()}}).find("has no argument"), std::string::npos);
  EXPECT_NE(refused("submit", {{"source", "int x;"}}).find("has no argument"), std::string::npos);
  EXPECT_EQ(supervisor_->used().actions, 0);
}

TEST_F(Tools, AfterAKillEverythingIsAsItWas) {
  write("int a;\n");
  write("int b;\n");
  (void)done("undo");
  open();
  EXPECT_EQ(toolbox_->draft(), "int a;\n");
  EXPECT_NE(toolbox_->instructions().find("3 of 4 actions"), std::string::npos);
  (void)done("undo");
  EXPECT_EQ(toolbox_->draft(), supervisor_->brief().start().source);
  EXPECT_NE(refused("undo").find("nothing to undo"), std::string::npos);
}

TEST_F(Tools, AnInterruptionBeforeTheFirstStepIsTold) {
  // Nobody has come to work yet: the key was missing, for instance.
  log_.event("stopped", {{"message", "x"}});
  log_.event("resumed");
  open();
  EXPECT_EQ(toolbox_->instructions().find("interrupted"), std::string::npos);
  log_.event("agent started", {{"used", to_json(Used{0, 0, 600})}});
  open();
  for (const char* part : {"was interrupted and goes on. method.cpp is what it was at the beginning",
                           "0 of 1 tests, 0 of 4 actions", "10 min 00 s of 1 h", "Nothing was tested yet",
                           "Nothing is submitted yet"})
    EXPECT_NE(toolbox_->instructions().find(part), std::string::npos) << part << toolbox_->instructions();
  write("int a;\n");
  (void)done("submit");
  open();
  for (const char* part :
       {"method.cpp is the last version on record", "1 of 4 actions", "A version is submitted"})
    EXPECT_NE(toolbox_->instructions().find(part), std::string::npos) << part << toolbox_->instructions();
}

TEST_F(Tools, OfferPredictionsOnlyWhereTheyAreKept) {
  agent_.predicting = true;
  open();
  write("int a;\n");
  const auto& setting = supervisor_->brief().settings.front();
  EXPECT_NE(toolbox_->instructions().find("predictions"), std::string::npos);
  (void)done("submit", {{"predictions", {{setting, {{"score", 40}, {"deviation", 10}}}}}});
  EXPECT_EQ(log_.events().back().at("predictions").at(setting).at("score"), 40);
  EXPECT_NE(
      refused("submit", {{"predictions", {{"nowhere", {{"score", 40}, {"deviation", 10}}}}}}).find("nowhere"),
      std::string::npos);
}

TEST_F(Tools, SaysWhatAModelMustKnow) {
  const std::string rules = toolbox_->instructions();
  for (const char* part : {"at most 1 test", "at most 4 actions", "60 minutes", "last submission counts"})
    EXPECT_NE(rules.find(part), std::string::npos) << part << rules;
  EXPECT_EQ(rules.find("./mls-"), std::string::npos) << "there is no shell";
  const std::string task = toolbox_->task_text();
  for (const char* part : {"## surface.hpp", "## method.cpp", "README.md"})
    EXPECT_NE(task.find(part), std::string::npos) << part << task;
  for (const ToolSpec& tool : toolbox_->tools()) {
    EXPECT_EQ(tool.input_schema.at("type"), "object") << tool.name;
    EXPECT_FALSE(tool.description.empty());
  }
}

TEST_F(Tools, KeepTheConditionsOfTheTrial) {
  order_.conditions.context = Conditions::Context::none;
  order_.conditions.capacity = Conditions::Capacity::off;
  order_.conditions.surface = Conditions::Surface::strict;
  open();
  EXPECT_EQ(toolbox_->instructions().find("baselines/"), std::string::npos);
  EXPECT_NE(toolbox_->instructions().find("there is no cap"), std::string::npos);
  for (const char* part : {"baselines/", "## Baselines", "this is method.cpp as you found it"})
    EXPECT_EQ(toolbox_->task_text().find(part), std::string::npos) << toolbox_->task_text();
  write("int a;\n");
  (void)done("submit");
}

TEST_F(Tools, AfterTheEndNothingIsTaken) {
  agent_.granted.seconds = 1e-9;
  open();
  EXPECT_NE(refused("write", {{"text", "int a;\n"}}).find("the trial is over"), std::string::npos);
  EXPECT_FALSE(done("view").empty());
}

}  // namespace
}  // namespace mls::trial
