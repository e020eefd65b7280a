// The bounded variant of fit_predict under attack: what does not fit into the declared bytes does not reach
// the process that predicts. Real compiler, real sandboxes; the methods lie in
// tests/tasks/bounded-model/methods.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "core/files.hpp"
#include "evaluate/evaluate.hpp"
#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/workers.hpp"
#include "task/task.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr int capacity = 64;  // bytes
constexpr int examples = 2000;

task::Setting setting(const char* id, bool random_labels) {
  task::Setting setting;
  setting.id = id;
  setting.params = {
      {"inputs", 8}, {"examples", examples}, {"capacity", capacity}, {"random_labels", random_labels}};
  return setting;
}

/// tests/tasks/bounded-model as a task: it has no baselines or scores, so it is not in the catalogue.
task::Task bounded_model(const Places& places) {
  task::Task task;
  task.folder = places.root / "tests" / "tasks" / "bounded-model";
  task.id = "bounded-model";
  task.limits = {.wall_s = 10, .cpu_s = 2, .memory_mb = 256};
  task.settings = {setting("line", false), setting("coins", true)};
  return task;
}

class BoundedCapacity : public testing::Test {
 protected:
  [[nodiscard]] fs::path build(const std::string& source) const {
    const HostBuild host = Toolchain(places_).build(task_, method_from_source(source));
    if (host.status != Status::ok) throw std::runtime_error(host.error);
    return host.program;
  }
  [[nodiscard]] RunRecord run_host(const fs::path& host, const char* setting) const {
    return Runner(places_, task_, public_seal())
        .run({&task_.setting(setting), 0, {}}, host, usable_cores().front(), stop_.get_token());
  }
  [[nodiscard]] RunRecord run(const fs::path& method, const char* setting) const {
    return run_host(build(read_file(task_.folder / method)), setting);
  }
  /// The honest method with something done first in the process that learns or in the one that predicts.
  [[nodiscard]] std::string changed(const std::string& in_learn, const std::string& in_model_from) const {
    std::string source = read_file(task_.folder / "method.cpp");
    const auto insert = [&source](const std::string& after, const std::string& code) {
      source.insert(source.find(after) + after.size(), code);
    };
    insert("> learn(const Examples& training, std::size_t) {\n", in_learn);
    insert("model_from(std::span<const std::uint8_t> bytes, int inputs) {\n", in_model_from);
    return source;
  }
  [[nodiscard]] RunRecord run_changed(const std::string& in_learn, const std::string& in_model_from) const {
    return run_host(build(changed(in_learn, in_model_from)), "line");
  }

  std::stop_source stop_;
  Places places_ = default_places();
  task::Task task_ = bounded_model(places_);
};

/// Largest share of fair coins that a code of `bits` per coin can get right: 1 - H(share) = bits (Shannon).
double best_share(double bits) {
  const auto entropy = [](double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); };
  double low = 0.5;
  double high = 1 - 1e-12;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (1 - entropy(middle) < bits ? low : high) = middle;
  }
  return high;
}

/// Five standard deviations of a share of `examples` coins.
const double luck = 5 * std::sqrt(0.25 / examples);

TEST_F(BoundedCapacity, AnHonestSmallModelWorks) {
  const RunRecord record = run("method.cpp", "line");
  ASSERT_EQ(name_of(record.status), "ok") << record.message;
  EXPECT_GT(record.metrics.at("accuracy"), 0.97);
  EXPECT_EQ(record.metrics.at("bytes"), 32);
  EXPECT_GT(record.cpu_s, 0);
  EXPECT_GT(record.rss_mb, 0);
}

TEST_F(BoundedCapacity, ALookUpTableCannotBeCarried) {
  for (const char* setting : {"line", "coins"}) {
    const RunRecord record = run("methods/lookup_table.cpp", setting);
    EXPECT_EQ(name_of(record.status), "invalid_output");
    EXPECT_EQ(record.message,
              "the model holds 66000 bytes; at most 64 can be carried to the process that predicts");
    EXPECT_TRUE(record.metrics.empty());
  }
}

TEST_F(BoundedCapacity, WithoutCapsItCan) {
  const fs::path host = build(read_file(task_.folder / "methods/lookup_table.cpp"));
  const RunRecord record = Runner(places_, task_, public_seal(), false)
                               .run({&task_.setting("line"), 0, {}}, host, usable_cores().front(), {});
  ASSERT_EQ(name_of(record.status), "ok") << record.message;
  EXPECT_EQ(record.metrics.at("bytes"), 66000);
}

TEST_F(BoundedCapacity, ASqueezedTableIsAsGoodAsItsBitsAllow) {
  const RunRecord coins = run("methods/squeezed_table.cpp", "coins");
  ASSERT_EQ(name_of(coins.status), "ok") << coins.message;
  const double limit = best_share(8.0 * capacity / examples);
  EXPECT_LT(limit, 0.8);
  EXPECT_LT(coins.metrics.at("accuracy"), limit + luck);
  EXPECT_GT(coins.metrics.at("accuracy"), 0.5 + luck)
      << "the table carries something, so the test would see more";
  const RunRecord line = run("methods/squeezed_table.cpp", "line");
  ASSERT_EQ(name_of(line.status), "ok") << line.message;
  EXPECT_NEAR(line.metrics.at("accuracy"), 0.5, luck);
}

TEST_F(BoundedCapacity, StateOfTheLearningProcessIsGone) {
  for (const char* method :
       {"methods/static_state.cpp", "methods/output_state.cpp", "methods/keeps_talking.cpp"}) {
    const RunRecord record = run(method, "coins");
    ASSERT_EQ(name_of(record.status), "ok") << method << ": " << record.message;
    EXPECT_NEAR(record.metrics.at("accuracy"), 0.5, luck) << method;
    EXPECT_EQ(record.metrics.at("bytes"), 0) << method;
  }
}

TEST_F(BoundedCapacity, FilesCannotBeLeft) {
  const RunRecord record = run("methods/file_state.cpp", "coins");
  EXPECT_EQ(name_of(record.status), "crash");
  EXPECT_NE(record.message.find("open"), std::string::npos) << record.message;
}

TEST_F(BoundedCapacity, AVerdictTellsTheProcessesApart) {
  const RunRecord first = run_changed("throw std::runtime_error(\"cannot learn\");", "");
  EXPECT_EQ(name_of(first.status), "crash");
  EXPECT_EQ(first.message, "uncaught exception: cannot learn");
  const RunRecord second = run_changed("", "throw std::runtime_error(\"cannot load\");");
  EXPECT_EQ(name_of(second.status), "crash");
  EXPECT_EQ(second.message, "uncaught exception: cannot load (process 2 of the run, which share its limits)");
}

TEST_F(BoundedCapacity, BothProcessesShareTheTimes) {
  const std::string burn =
      "{ const clock_t end = clock() + CLOCKS_PER_SEC * 6 / 10; while (clock() < end) {} }";
  const std::string nap = "{ timespec t{1, 0}; nanosleep(&t, nullptr); }";
  task_.limits = {.wall_s = 30, .cpu_s = 1, .memory_mb = 256};
  EXPECT_EQ(name_of(run_changed(burn, "").status), "ok");
  EXPECT_EQ(name_of(run_changed("", burn).status), "ok");
  const RunRecord cpu = run_changed(burn, burn);
  EXPECT_EQ(name_of(cpu.status), "timeout");
  EXPECT_NE(cpu.message.find("CPU"), std::string::npos) << cpu.message;
  task_.limits.wall_s = 1.6;
  const RunRecord wall = run_changed(nap, nap);
  EXPECT_EQ(name_of(wall.status), "timeout");
  EXPECT_NE(wall.message.find("waited"), std::string::npos) << wall.message;
}

TEST_F(BoundedCapacity, AStopEndsEitherProcess) {
  task_.limits.wall_s = 100;
  for (const bool first : {true, false}) {
    const std::string nap = "{ timespec t{1000, 0}; nanosleep(&t, nullptr); }";
    stop_ = std::stop_source();
    std::chrono::steady_clock::time_point stopped;
    const fs::path host = build(changed(first ? nap : "", first ? "" : nap));
    const std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      stopped = std::chrono::steady_clock::now();
      stop_.request_stop();
    });
    EXPECT_THROW((void)run_host(host, "line"), Interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - stopped, std::chrono::seconds(5));
  }
}

TEST_F(BoundedCapacity, TheSameRunTwiceGivesTheSameBits) {
  const RunRecord first = run("method.cpp", "line");
  const RunRecord second = run("method.cpp", "line");
  EXPECT_EQ(first.metrics, second.metrics);
}

}  // namespace
}  // namespace mls::evaluate
