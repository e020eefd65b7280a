#include "task/task.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/rng.hpp"
#include "task/nearest.hpp"
#include "task/packs.hpp"
#include "task/strict_toml.hpp"
#include "task/task_fixture.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

/// What `action` complains about; empty when it does not.
template <typename Action>
std::string complaint(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
}

int line_of(std::string_view text, std::string_view part) {
  const auto position = text.find(part);
  EXPECT_NE(position, std::string_view::npos) << part;
  return 1 + static_cast<int>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

TEST(Task, LoadsEverythingThatIsWritten) {
  const ExampleRepository repository;
  const Task task = load(repository.task());
  EXPECT_EQ(task.id, "optimization-example");
  EXPECT_EQ(task.area, "optimization-and-theory");
  EXPECT_EQ(task.question, "Does it load?");
  EXPECT_EQ(task.protocol, "rollout");
  EXPECT_EQ(task.tier, "S");
  EXPECT_TRUE(task.lite);
  EXPECT_EQ(task.seeds, 5);
  EXPECT_EQ(task.packs, std::vector<std::string>{"digits"});
  EXPECT_DOUBLE_EQ(task.limits.wall_s, 20);
  EXPECT_DOUBLE_EQ(task.limits.cpu_s, 10.5);
  EXPECT_EQ(task.limits.memory_mb, 1024);
  EXPECT_DOUBLE_EQ(task.limits.cpu_factor, 8);
  EXPECT_EQ(task.limits.reference, "kl_ucb");
  ASSERT_EQ(task.metrics.size(), 2U);
  EXPECT_EQ(task.metric("regret").direction, Direction::lower);
  EXPECT_EQ(task.metric("regret").chance, 0.5);
  EXPECT_EQ(task.metric("accuracy").direction, Direction::higher);
  EXPECT_FALSE(task.metric("accuracy").chance.has_value());
  EXPECT_FALSE(task.metric("accuracy").timed);
  ASSERT_EQ(task.settings.size(), 3U);
  const Setting& setting = task.setting("stochastic");
  EXPECT_FALSE(setting.hidden);
  EXPECT_EQ(setting.params,
            nlohmann::json::parse(
                R"({"arms":10,"horizon":5000,"noise":0.5,"tails":"light","gaps":[0.1,0.2],"wide":true})"));
  EXPECT_TRUE(setting.params.at("arms").is_number_integer());
  ASSERT_EQ(setting.terms.size(), 2U);
  EXPECT_EQ(setting.terms[0].transform, Transform::log);
  EXPECT_FALSE(setting.terms[0].bound.has_value());
  EXPECT_DOUBLE_EQ(setting.terms[1].weight, 0.5);
  EXPECT_EQ(setting.terms[1].bound, 1.0);
  EXPECT_TRUE(task.setting("heavy-tails").hidden);
  EXPECT_EQ(task.setting("contextual").params, nlohmann::json::object());
  ASSERT_EQ(task.baselines.size(), 3U);
  EXPECT_EQ(task.source_of(task.baseline("ucb1")), task.folder / "method.cpp");
  EXPECT_EQ(task.source_of(task.baseline("kl_ucb")), task.folder / "baselines" / "kl_ucb.cpp");
  ASSERT_EQ(task.expectations.size(), 1U);
  EXPECT_EQ(task.expectations[0].better, "thompson");
  ASSERT_EQ(task.references.size(), 1U);
  EXPECT_EQ(task.references[0].year, 2002);
}

TEST(Task, ATrailingSlashOrARelativePathDoesNotMatter) {
  const ExampleRepository repository;
  EXPECT_EQ(load(repository.task() / "").id, "optimization-example");
  EXPECT_EQ(load(repository.task() / "baselines" / "..").id, "optimization-example");
}

TEST(Task, ASettingMayLowerTheMemory) {
  const ExampleRepository repository;
  Task task = load(repository.task());
  EXPECT_EQ(task.memory_mb(task.settings[0]), 1024);
  task.settings[0].memory_mb = 8;
  EXPECT_EQ(task.memory_mb(task.settings[0]), 8);
  task.limits.memory_mb = 4;
  EXPECT_EQ(task.memory_mb(task.settings[0]), 4);
}

TEST(Task, UnknownNamesAreListed) {
  const ExampleRepository repository;
  const Task task = load(repository.task());
  EXPECT_NE(complaint([&] { (void)task.setting("stochastik"); }).find("stochastic, contextual, heavy-tails"),
            std::string::npos);
  EXPECT_NE(complaint([&] { (void)task.metric("x"); }).find("regret"), std::string::npos);
  EXPECT_NE(complaint([&] { (void)task.baseline("x"); }).find("ucb1"), std::string::npos);
}

/// A change of the valid file, the line that must be named (that of `line_at` in the changed text) and words
/// that the message must hold: what was found and what to write instead.
struct Malformed {
  const char* name;
  const char* from;
  const char* to;
  const char* line_at;
  std::vector<const char*> says;
};
void PrintTo(const Malformed& change, std::ostream* out) { *out << change.name; }

class MalformedTask : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedTask, IsRefusedWithLineAndRemedy) {
  const Malformed& change = GetParam();
  const ExampleRepository repository;
  const std::string text = replaced(example_toml, change.from, change.to);
  repository.write_task("task.toml", text);
  const std::vector<Pack> registry = pack_registry(repository.root());
  const std::string message = complaint([&] { (void)load(repository.task(), &registry); });
  const std::string start =
      (repository.task() / "task.toml").string() + ":" + std::to_string(line_of(text, change.line_at)) + ": ";
  EXPECT_TRUE(message.starts_with(start)) << "expected: " << start << "\nfound:    " << message;
  for (const char* words : change.says)
    EXPECT_NE(message.find(words), std::string::npos) << words << "\n" << message;
}

const std::vector<Malformed> malformed = {
    {"syntax", "title = \"An example\"", "title = An example", "title = An", {"docs/task-format.md"}},
    {"unclosed_string", "title = \"An example\"", "title = \"An example", "title =", {"string"}},
    {"duplicate_key", "tier = \"S\"", "tier = \"S\"\ntier = \"M\"", "tier = \"M\"", {"tier"}},
    {"not_utf8", "An example", "An \xff example", "title", {"utf-8"}},
    {"date", "seeds = 5", "seeds = 2020-01-01", "seeds", {"a date or time", "an integer from 1 to 64"}},
    {"unknown_table", "[limits]", "[limit]", "[limit]", {"unknown key 'limit'", "did you mean 'limits'?"}},
    {"unknown_task_key",
     "tier = \"S\"",
     "teir = \"S\"",
     "teir",
     {"unknown key 'teir' in [task]", "did you mean 'tier'?"}},
    {"unknown_metric_key",
     "direction = \"higher\"",
     "direcion = \"higher\"",
     "direcion",
     {"unknown key 'direcion' in [[metric]] number 2", "did you mean 'direction'?"}},
    {"unknown_setting_key", "axis = \"context\"", "axes = \"context\"", "axes", {"did you mean 'axis'?"}},
    {"unknown_term_key", "weight = 0.5", "wieght = 0.5", "wieght", {"did you mean 'weight'?"}},
    {"unknown_baseline_key", "title = \"KL-UCB\"", "titel = \"KL-UCB\"", "titel", {"did you mean 'title'?"}},
    {"unknown_expect_key", "than = \"ucb1\"", "then = \"ucb1\"", "then", {"did you mean 'than'?"}},
    {"unknown_reference_key", "year = 2002", "yaer = 2002", "yaer", {"did you mean 'year'?"}},
    {"unknown_limit", "memory_mb = 1024", "memory = 1024", "memory", {"did you mean 'memory_mb'?"}},
    {"missing_title",
     "title = \"An example\"\n",
     "",
     "[task]",
     {"[task] lacks 'title'", "add title = \"...\""}},
    {"missing_seeds", "seeds = 5\n", "", "[task]", {"lacks 'seeds'", "an integer from 1 to 64"}},
    {"missing_limits",
     "[limits]\nwall_s = 20\ncpu_s = 10.5\nmemory_mb = 1024\ncpu_factor = 8\nreference = \"kl_ucb\"\n",
     "",
     "[task]",
     {"[limits] is missing"}},
    {"missing_direction", "direction = \"lower\"\n", "", "[[metric]]", {"lacks 'direction'"}},
    {"wrong_type",
     "seeds = 5",
     "seeds = \"5\"",
     "seeds",
     {"the string \"5\"", "write an integer from 1 to 64"}},
    {"real_for_integer", "seeds = 5", "seeds = 5.0", "seeds", {"the number 5", "an integer"}},
    {"flag", "lite = true", "lite = 1", "lite", {"the integer 1", "true or false"}},
    {"text", "title = \"An example\"", "title = 7", "title = 7", {"the integer 7", "title = \"...\""}},
    {"blank", "title = \"An example\"", "title = \"  \"", "title =", {"empty"}},
    {"two_lines", "title = \"An example\"", "title = \"An\\nexample\"", "title =", {"line break"}},
    {"seeds_zero", "seeds = 5", "seeds = 0", "seeds", {"'seeds' is 0", "from 1 to 64"}},
    {"seeds_many", "seeds = 5", "seeds = 65", "seeds", {"'seeds' is 65", "from 1 to 64"}},
    {"tier", "tier = \"S\"", "tier = \"XL\"", "tier", {"\"XL\"", "one of: S, M, L"}},
    {"protocol",
     "protocol = \"rollout\"",
     "protocol = \"rollouts\"",
     "protocol",
     {"did you mean \"rollout\"?", "fit_predict"}},
    {"area",
     "area = \"optimization-and-theory\"",
     "area = \"optimisation-and-theory\"",
     "area",
     {"did you mean \"optimization-and-theory\"?"}},
    {"id_case", "id = \"optimization-example\"", "id = \"Optimization-Example\"", "id =", {"lower-case"}},
    {"id_folder",
     "id = \"optimization-example\"",
     "id = \"optimization-other\"",
     "id =",
     {"the folder is named optimization-example", "rename the folder"}},
    {"area_folder",
     "area = \"optimization-and-theory\"",
     "area = \"robotics\"",
     "area",
     {"the folder is named optimization-and-theory"}},
    {"pack",
     "packs = [\"digits\"]",
     "packs = [\"digit\"]",
     "packs",
     {"pack 'digit'", "write one of: digits"}},
    {"pack_type", "packs = [\"digits\"]", "packs = \"digits\"", "packs", {"an array of strings"}},
    {"pack_twice", "packs = [\"digits\"]", "packs = [\"digits\", \"digits\"]", "packs", {"twice"}},
    {"wall", "wall_s = 20", "wall_s = 0", "wall_s", {"'wall_s' is 0", "above 0"}},
    {"cpu_factor", "cpu_factor = 8", "cpu_factor = 0", "cpu_factor", {"'cpu_factor' is 0", "above 0"}},
    {"no_cpu_factor", "cpu_factor = 8\n", "", "[limits]", {"cpu_factor"}},
    {"no_reference", "reference = \"kl_ucb\"\n", "", "[limits]", {"reference"}},
    {"unknown_reference",
     "reference = \"kl_ucb\"",
     "reference = \"klucb\"",
     "reference",
     {"klucb", "kl_ucb", "thompson"}},
    {"cpu", "cpu_s = 10.5", "cpu_s = nan", "cpu_s", {"a finite number"}},
    {"memory", "memory_mb = 1024", "memory_mb = 1", "memory_mb", {"from 16 to 65536"}},
    {"memory_of_a_setting",
     "axis = \"context\"",
     "axis = \"context\"\nmemory_mb = 1",
     "memory_mb = 1\n",
     {"from 4 to 65536"}},
    {"metric_twice",
     "id = \"accuracy\"",
     "id = \"regret\"\n#2",
     "id = \"regret\"\n#2",
     {"used before, on line 20"}},
    {"direction",
     "direction = \"lower\"",
     "direction = \"down\"",
     "direction = \"down\"",
     {"one of: lower, higher"}},
    {"chance", "chance = 0.5", "chance = inf", "chance", {"a finite number"}},
    {"timed", "chance = 0.5", "timed = true", "timed", {"only protocol 'compute' measures time", "rollout"}},

    {"setting_twice",
     "id = \"contextual\"",
     "id = \"stochastic\" #2",
     "id = \"stochastic\" #2",
     {"used before"}},
    {"no_hidden",
     "hidden = true",
     "hidden = false",
     "[[setting]]",
     {"no setting is hidden", "hidden = true"}},
    {"param_nan", "noise = 0.5", "noise = nan", "params", {"finite"}},
    {"param_date", "noise = 0.5", "noise = 2020-01-01", "params", {"date", "string"}},
    {"params_type", "params = { arms = 10,", "params = 3 # { arms = 10,", "params = 3", {"a table"}},
    {"no_terms",
     "description = \"five features\"\nterms = [{ metric = \"regret\" }]",
     "description = \"five features\"",
     "[[setting]]\nid = \"contextual\"",
     {"setting 'contextual' is not scored", "add terms"}},
    {"terms_type",
     "terms = [{ metric = \"regret\" }]",
     "terms = [\"regret\"]",
     "terms = [\"regret\"]",
     {"tables"}},
    {"term_metric",
     "{ metric = \"accuracy\"",
     "{ metric = \"acuracy\"",
     "acuracy",
     {"did you mean \"accuracy\"?"}},
    {"term_twice",
     "{ metric = \"accuracy\", weight = 0.5, bound = 1.0 }",
     "{ metric = \"regret\" }",
     "terms",
     {"used before"}},
    {"weight_zero", "weight = 0.5", "weight = 0", "weight = 0", {"above 0"}},
    {"weight_negative", "weight = 0.5", "weight = -1.5", "weight = -1.5", {"'weight' is -1.5"}},
    {"transform", "transform = \"log\"", "transform = \"ln\"", "transform", {"one of: identity, log, log1m"}},
    {"log_bound", "transform = \"log\"", "transform = \"log\", bound = 0", "transform", {"leave it out"}},
    {"bound_chance", "transform = \"log\"", "bound = 0.7", "bound = 0.7", {"no better than chance"}},
    {"baseline_twice",
     "id = \"kl_ucb\"",
     "id = \"thompson\" #1",
     "id = \"thompson\"\ntitle",
     {"used before"}},
    {"no_start", "start = true", "start = false", "[[baseline]]", {"no baseline has start = true"}},
    {"two_starts",
     "source = \"Thompson 1933\"",
     "source = \"Thompson 1933\"\nstart  =  true",
     "start  =",
     {"a second baseline has start = true"}},
    {"baseline_file",
     "id = \"kl_ucb\"",
     "id = \"klucb\"",
     "id = \"klucb\"",
     {"no source baselines/klucb.cpp", "write that file"}},
    {"expect_setting",
     "setting = \"*\"",
     "setting = \"stochastik\"",
     "setting = \"stoch",
     {"did you mean \"stochastic\"?"}},
    {"expect_metric",
     "metric = \"regret\"\nbetter",
     "metric = \"regrets\"\nbetter",
     "metric = \"regrets\"",
     {"\"regret\"?"}},
    {"expect_better",
     "better = \"thompson\"",
     "better = \"tompson\"",
     "better",
     {"did you mean \"thompson\"?"}},
    {"expect_same", "than = \"ucb1\"", "than = \"thompson\"", "than", {"two baselines"}},
    {"year", "year = 2002", "year = 20002", "year", {"from 1600 to 2100"}},
    {"deep_key", "seeds = 5", "a.b.c.d.e.f.g.h.i.j = 5", "a.b.c", {"more than 8 parts"}},
};

INSTANTIATE_TEST_SUITE_P(Table, MalformedTask, testing::ValuesIn(malformed),
                         [](const auto& one) { return one.param.name; });

TEST(Task, TooFewSettingsOrBaselinesAreRefused) {
  const ExampleRepository repository;
  repository.write_task("task.toml", example_toml.substr(0, example_toml.find("[[setting]]\nid = \"heavy")));
  EXPECT_NE(complaint([&] { (void)load(repository.task()); }).find("2 settings; write at least 3"),
            std::string::npos);
  repository.write_task("task.toml",
                        example_toml.substr(0, example_toml.find("[[baseline]]\nid = \"thompson")));
  EXPECT_NE(complaint([&] { (void)load(repository.task()); }).find("2 baselines; write at least 3"),
            std::string::npos);
}

TEST(Task, MetricsOfTheProtocolComputeMayBeTimed) {
  const ExampleRepository repository;
  std::string text(example_toml);
  const auto put = [&text](std::string_view what, std::string_view instead) {
    text.replace(text.find(what), what.size(), instead);
  };
  put("\"rollout\"", "\"compute\"");
  put("chance = 0.5", "timed = true");
  repository.write_task("task.toml", text);
  EXPECT_TRUE(load(repository.task()).metric("regret").timed);
}

TEST(Task, EverySettingHiddenIsRefused) {
  const ExampleRepository repository;
  std::string text(example_toml);
  for (const char* axis : {"axis = \"reference\"", "axis = \"context\""}) {
    text = replaced(text, axis, std::string("hidden = true\n") + axis);
  }
  repository.write_task("task.toml", text);
  EXPECT_NE(complaint([&] { (void)load(repository.task()); }).find("leave at least one visible"),
            std::string::npos);
}

TEST(Task, MissingFilesAreNamed) {
  for (const char* name : {"task.toml", "question.md", "surface.hpp", "method.cpp", "scaffold.cpp",
                           "judge.cpp", "baselines/thompson.cpp"}) {
    const ExampleRepository repository;
    fs::remove(repository.task() / name);
    const std::string message = complaint([&] { (void)load(repository.task()); });
    EXPECT_NE(message.find(name), std::string::npos) << message;
    EXPECT_NE(message.find("task.toml"), std::string::npos) << message;
  }
}

TEST(Task, StrayBaselinesAreRefused) {
  const ExampleRepository repository;
  repository.write_task("baselines/old.cpp", "");
  EXPECT_NE(
      complaint([&] { (void)load(repository.task()); }).find("baselines/old.cpp belongs to no [[baseline]]"),
      std::string::npos);
  fs::rename(repository.task() / "baselines" / "old.cpp", repository.task() / "baselines" / "ucb1.cpp");
  EXPECT_NE(complaint([&] { (void)load(repository.task()); }).find("start = true means method.cpp"),
            std::string::npos);
}

TEST(Task, RandomChangesNeverCrash) {
  const ExampleRepository repository;
  Rng rng(7);
  int valid = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string text(example_toml);
    for (std::uint64_t changes = 1 + rng.below(4); changes > 0; --changes) {
      const std::size_t at = rng.below(text.size());
      switch (rng.below(4)) {
        case 0:
          text[at] = static_cast<char>(rng.below(256));
          break;
        case 1:
          text.erase(at, rng.below(40));
          break;
        case 2:
          text.insert(at, text.substr(rng.below(text.size()), rng.below(60)));
          break;
        default:
          text.insert(at, 1, "\"'[]{}=.,#\n\\-0e"[rng.below(15)]);
          break;
      }
    }
    repository.write_task("task.toml", text);
    const std::string message = complaint([&] { (void)load(repository.task()); });
    if (message.empty()) {
      ++valid;
    } else {
      EXPECT_NE(message.find("task.toml:"), std::string::npos) << message;
    }
  }
  EXPECT_GT(valid, 10);  // comments and prose may change
  EXPECT_LT(valid, 950);
}

TEST(Task, HostileNestingIsRefused) {
  for (const std::string& unit :
       {std::string("a."), std::string("\"a\" . "), std::string("'a'."), std::string("[")}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += unit;
    EXPECT_FALSE(complaint([&] { (void)parse_toml(text + "a = 1", "x.toml", "docs/x.md"); }).empty());
    EXPECT_FALSE(
        complaint([&] { (void)parse_toml("x = [" + text + "a = 1", "x.toml", "docs/x.md"); }).empty());
  }
  EXPECT_FALSE(
      complaint([&] { (void)parse_toml(std::string(300, '{') + "a", "x.toml", "docs/x.md"); }).empty());
}

TEST(Task, DotsInStringsCommentsAndNumbersAreNoKeys) {
  const char* text =
      "# a.b.c.d.e.f.g.h.i.j.k\nx = \"a.b.c.d.e.f.g.h.i.j.k \\\" . . .\"\ny = 'a.b.c.d.e.f.g.h.i.j.k'\n"
      "z = \"\"\"a.b.c.d.e.f.g.h.i\n\" j.k.l.m.n.o.p.q.r.s\"\"\"\nw = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, "
      "8.5, 9.5, 0.5]\n";
  EXPECT_EQ(complaint([&] { (void)parse_toml(text, "x.toml", "docs/x.md"); }), "");
}

TEST(Catalogue, HoldsTasksInAreaOrderThenById) {
  const ExampleRepository repository;
  for (const auto& [area, id] : {std::pair{"robotics", "robo-b"}, std::pair{"robotics", "robo-a"},
                                 std::pair{"trustworthy-learning", "trust"}}) {
    const fs::path folder = repository.root() / "tasks" / area / id;
    fs::create_directories(folder.parent_path());
    fs::copy(repository.task(), folder, fs::copy_options::recursive);
    std::string text = replaced(example_toml, "optimization-example", id);
    write_plain(folder / "task.toml", replaced(text, "optimization-and-theory", area));
  }
  repository.write("tasks/README.md", "not a task");
  std::vector<std::string> ids;
  for (const Task& task : catalogue(repository.root())) ids.push_back(task.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"robo-a", "robo-b", "optimization-example", "trust"}));
  EXPECT_EQ(find(repository.root(), "robo-b").area, "robotics");
}

TEST(Catalogue, RefusesUnknownAreasAndDuplicates) {
  const ExampleRepository repository;
  fs::create_directories(repository.root() / "tasks" / "robotic");
  EXPECT_NE(complaint([&] { (void)catalogue(repository.root()); }).find("did you mean 'robotics'?"),
            std::string::npos);
  fs::remove(repository.root() / "tasks" / "robotic");
  fs::create_directories(repository.root() / "tasks" / "robotics" / "optimization-example");
  EXPECT_NE(
      complaint([&] { (void)catalogue(repository.root()); }).find("'optimization-example' is used before"),
      std::string::npos);
  EXPECT_NE(complaint([&] { (void)find(repository.root(), "optimization-example"); }).find("is used before"),
            std::string::npos);
}

TEST(Catalogue, RefusesPacksThatTheRegistryLacks) {
  const ExampleRepository repository;
  repository.write_task("task.toml", replaced(example_toml, "[\"digits\"]", "[\"letters\"]"));
  EXPECT_EQ(load(repository.task()).packs.front(), "letters");
  EXPECT_NE(complaint([&] { (void)catalogue(repository.root()); }).find("task.toml:10: pack 'letters'"),
            std::string::npos);
  EXPECT_NE(complaint([&] { (void)find(repository.root(), "optimization-example"); }).find("pack 'letters'"),
            std::string::npos);
}

TEST(Catalogue, FindSuggestsAndDoesNotReadTheNeighbours) {
  const ExampleRepository repository;
  repository.write("tasks/robotics/broken/task.toml", "nonsense");
  EXPECT_EQ(find(repository.root(), "optimization-example").seeds, 5);
  EXPECT_NE(complaint([&] {
              (void)find(repository.root(), "optimisation-example");
            }).find("no task 'optimisation-example'; nearest: optimization-example"),
            std::string::npos);
  EXPECT_FALSE(complaint([&] { (void)find(repository.root(), "../robotics/broken"); }).empty());
  EXPECT_FALSE(complaint([&] { (void)find(repository.root() / "nowhere", "x"); }).empty());
}

TEST(Catalogue, KnowsTheTwelveAreas) {
  ASSERT_EQ(areas().size(), 12U);
  EXPECT_EQ(areas().front().abbreviation, "LM");
  EXPECT_EQ(areas().back().id, "trustworthy-learning");
}

TEST(Nearest, CountsEditsAndRanks) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("abc", ""), 3);
  EXPECT_EQ(edit_distance("teir", "tier"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(nearest("axes", {"id", "axis", "terms"}, 2), (std::vector<std::string>{"axis", "id"}));
  EXPECT_TRUE(nearest("x", {}).empty());
}

}  // namespace
}  // namespace mls::task
