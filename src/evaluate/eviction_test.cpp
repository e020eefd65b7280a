#include "evaluate/eviction.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/files.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

class Eviction : public testing::Test {
 protected:
  void entry(const std::string& name, hours unused_for) {
    fs::create_directories(folder_.path() / name);
    write_atomic(folder_.path() / name / "host", "program");
    fs::last_write_time(folder_.path() / name, fs::file_time_type::clock::now() - unused_for);
  }
  [[nodiscard]] bool has(const std::string& name) const { return fs::exists(folder_.path() / name); }

  TemporaryFolder folder_;
};

TEST_F(Eviction, RemovesWhatWasUnusedLongest) {
  for (int age = 2; age < 8; ++age) entry("host-" + std::to_string(age), hours(age));
  evict(folder_.path(), "host-", 4);
  for (int age = 2; age < 8; ++age) EXPECT_EQ(has("host-" + std::to_string(age)), age < 6) << age;
}

TEST_F(Eviction, KeepsOthersAndWhatMayBeInUse) {
  entry("prelude-1", hours(100));
  entry("host-1", hours(100));
  entry("host-2", hours(0));
  entry("host-3", hours(0));
  evict(folder_.path(), "host-", 0);
  EXPECT_TRUE(has("prelude-1"));
  EXPECT_FALSE(has("host-1"));
  EXPECT_TRUE(has("host-2"));
  EXPECT_TRUE(has("host-3"));
}

TEST_F(Eviction, ATouchedEntryCountsAsUsed) {
  entry("host-1", hours(9));
  entry("host-2", hours(5));
  touch(folder_.path() / "host-1");
  evict(folder_.path(), "host-", 1);
  EXPECT_TRUE(has("host-1"));
  EXPECT_FALSE(has("host-2"));
}

TEST_F(Eviction, AMissingFolderIsNoError) {
  touch(folder_.path() / "absent");
  evict(folder_.path() / "absent", "host-", 0);
  EXPECT_FALSE(has("absent"));
}

}  // namespace
}  // namespace mls::evaluate
