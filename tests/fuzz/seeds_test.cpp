// Every build survives every seed, among them all inputs that once broke a reader.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "tests/fuzz/targets.hpp"

namespace mls::fuzz {
namespace {

namespace fs = std::filesystem;

fs::path seeds() { return repository_root() / "tests" / "fuzz" / "seeds"; }

TEST(Fuzz, EveryTargetHasSeedsAndTheOtherWayRound) {
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(seeds())) folders.insert(entry.path().filename().string());
  std::set<std::string> names;
  for (const Target& target : targets()) names.emplace(target.name);
  EXPECT_EQ(folders, names);
}

TEST(Fuzz, SeedsAreSurvived) {
  for (const Target& target : targets()) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(seeds() / target.name)) {
      SCOPED_TRACE(entry.path().string());
      EXPECT_LE(entry.file_size(), 128U * 1024) << "seeds are small";
      EXPECT_NO_THROW(target.read(read_file(entry.path())));
      ++count;
    }
    EXPECT_GT(count, 1) << target.name;
    EXPECT_NO_THROW(target.read("")) << target.name;
  }
}

}  // namespace
}  // namespace mls::fuzz
