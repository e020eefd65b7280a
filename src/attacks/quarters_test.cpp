#include "attacks/quarters.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/locations.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;

class Looking : public testing::Test {
 protected:
  static evaluate::Places places(const TemporaryFolder& home) {
    return {repository_root(), home.path(), home.path()};
  }

  /// The one line of harm.
  std::string harm() {
    const auto lines = quarters_.harm();
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? "" : lines.front();
  }

  TemporaryFolder home_;
  Quarters quarters_{places(home_)};
};

TEST_F(Looking, NothingHappened) { EXPECT_TRUE(quarters_.harm().empty()); }

TEST_F(Looking, TemporaryFilesGoIntoTheQuarters) {
  std::ofstream(fs::temp_directory_path() / "left") << "x";
  EXPECT_EQ(harm(), "the temporary folder still holds left");
  EXPECT_FALSE(fs::exists("/tmp/left"));
}

TEST_F(Looking, FilesInTheDataFolder) {
  std::ofstream(quarters_.places().home / "loot") << "x";
  EXPECT_EQ(harm(), "the data folder now holds loot");
}

TEST_F(Looking, DraftsInTheCompileCache) {
  fs::create_directory(quarters_.places().home / "compile" / "host-1234");
  EXPECT_TRUE(quarters_.harm().empty());
  fs::create_directory(quarters_.places().home / "compile" / ".draft-1");
  EXPECT_EQ(harm(), "the compile cache now holds .draft-1");
}

TEST_F(Looking, MarkedFiles) {
  const fs::path file = fs::path("/tmp") / (std::string(mark) + "-of-quarters-test");
  std::ofstream(file.string()) << "x";
  EXPECT_EQ(harm(), file.string() + " is left");
  fs::remove(file);
}

TEST_F(Looking, MarkedSegments) {
  const int id = ::shmget(mark_key, 4096, IPC_CREAT | 0600);
  ASSERT_GE(id, 0);
  EXPECT_EQ(harm(), "a shared memory segment is left");
  ::shmctl(id, IPC_RMID, nullptr);
}

TEST_F(Looking, Descriptors) {
  const int fd = ::open("/dev/null", O_RDONLY);
  EXPECT_EQ(harm(), "the harness holds 1 descriptors more than before");
  ::close(fd);
}

// An orphan: its parent has ended, as a sandbox would have whose program got out.
TEST_F(Looking, ProcessesAreFoundAndKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    if (::fork() == 0) {
      ::close(ends[0]);
      for (;;) ::pause();
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  ::waitpid(parent, nullptr, 0);
  bool found = false;
  for (const std::string& line : quarters_.harm()) found = found || line.find("is left") != std::string::npos;
  EXPECT_TRUE(found);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);  // the other end is closed: it is dead
  ::close(ends[0]);
}

TEST(Quarters, TakeOverWhatIsBuiltAndLeaveTheRest) {
  const TemporaryFolder home;
  for (const char* name :
       {"packs", "artefacts", "results", "runs", "compile/kit-1", "compile/host-1", "compile/.draft-2"}) {
    fs::create_directories(home.path() / name);
  }
  ::setenv("TMPDIR", home.path().c_str(), 1);
  {
    const Quarters quarters({repository_root(), home.path(), home.path()});
    const fs::path inside = quarters.places().home;
    EXPECT_TRUE(fs::exists(inside / "packs") && fs::exists(inside / "compile" / "kit-1"));
    EXPECT_FALSE(fs::exists(inside / "results") || fs::exists(inside / "runs") ||
                 fs::exists(inside / "compile" / "host-1"));
    EXPECT_NE(std::getenv("TMPDIR"), home.path().string());
  }
  EXPECT_EQ(std::getenv("TMPDIR"), home.path().string());
  ::unsetenv("TMPDIR");
  EXPECT_TRUE(fs::exists(home.path() / "compile" / "kit-1"));
}

}  // namespace
}  // namespace mls::attacks
