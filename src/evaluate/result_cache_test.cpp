#include "evaluate/result_cache.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

RunKey key() { return {"task", "method", "setting", 2, "public", {{"benchmark", "1"}}}; }

RunRecord record(Status status) {
  RunRecord record;
  record.setting = "setting";
  record.seed = 2;
  record.status = status;
  record.metrics = {{"regret", 0.1 + 0.2}};
  record.wall_s = 1.5;
  record.message = "text";
  return record;
}

TEST(ResultCache, ReturnsExactlyWhatWasPut) {
  const TemporaryFolder home;
  const ResultCache cache(home.path());
  EXPECT_FALSE(cache.get(key()));
  cache.put(key(), record(Status::ok));
  const auto found = cache.get(key());
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->cached);
  EXPECT_EQ(found->metrics.at("regret"), 0.1 + 0.2);
  EXPECT_EQ(found->status, Status::ok);
}

TEST(ResultCache, EveryPartOfTheKeyCounts) {
  const TemporaryFolder home;
  const ResultCache cache(home.path());
  cache.put(key(), record(Status::ok));
  std::vector<RunKey> others(6, key());
  others[0].task_sha256 = "other";
  others[1].method_sha256 = "other";
  others[2].setting = "other";
  others[3].seed = 3;
  others[4].seal = "other";
  others[5].versions["benchmark"] = "2";
  for (const RunKey& other : others) EXPECT_FALSE(cache.get(other));
}

TEST(ResultCache, ForgetsWhatMayDifferNextTime) {
  const TemporaryFolder home;
  const ResultCache cache(home.path());
  for (const Status status : {Status::infrastructure, Status::timeout}) {
    cache.put(key(), record(status));
    EXPECT_FALSE(cache.get(key()));
  }
}

TEST(ResultCache, ADamagedEntryIsAbsent) {
  const TemporaryFolder home;
  const ResultCache cache(home.path());
  cache.put(key(), record(Status::crash));
  for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
    if (entry.is_regular_file()) write_atomic(entry.path(), "{\"setting\": \"setting\", \"seed\"");
  }
  EXPECT_FALSE(cache.get(key()));
  cache.put(key(), record(Status::crash));
  EXPECT_TRUE(cache.get(key()));
}

TEST(RunJson, EveryStatusSurvives) {
  for (const char* name : {"ok", "compile_error", "rejected", "timeout", "crash", "oom", "protocol_violation",
                           "invalid_output", "infrastructure"}) {
    const auto status = status_named(name);
    ASSERT_TRUE(status) << name;
    EXPECT_EQ(name_of(*status), name);
    EXPECT_EQ(run_from_json(to_json(record(*status))).status, *status);
  }
  EXPECT_FALSE(status_named("fine"));
}

TEST(RunJson, WrongFieldsAreNamed) {
  Json json = to_json(record(Status::ok));
  json["status"] = "fine";
  EXPECT_THROW((void)run_from_json(json), Error);
  json = to_json(record(Status::ok));
  json.erase("seed");
  try {
    (void)run_from_json(json);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'seed'"), std::string::npos);
  }
}

TEST(RunJson, MetricsThatAreNotFiniteAreNamed) {
  Json json = to_json(record(Status::ok));
  const std::string name = json.at("metrics").begin().key();
  for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    json["metrics"][name] = value;
    try {
      (void)run_from_json(json);
      FAIL() << value;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("'" + name + "' is not finite"), std::string::npos)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace mls::evaluate
