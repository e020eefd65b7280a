#include "core/files.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "core/error.hpp"

namespace mls {
namespace {

namespace fs = std::filesystem;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Files, AtomicWriteReplacesAndLeavesNoLitter) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "deep" / "file.txt";
  write_atomic(file, "one");
  write_atomic(file, "two");
  EXPECT_EQ(read_file(file), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1);
}

TEST(Files, UntrustedReadRefusesLinksFifosAndSize) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "real", "content");
  fs::create_symlink("real", folder.path() / "link");
  ASSERT_EQ(::mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_untrusted_file(folder.path() / "real", 100), "content");
  EXPECT_NE(error_of([&] { (void)read_untrusted_file(folder.path() / "link", 100); }).find("symbolic link"),
            std::string::npos);
  EXPECT_NE(
      error_of([&] { (void)read_untrusted_file(folder.path() / "fifo", 100); }).find("not a regular file"),
      std::string::npos);
  EXPECT_NE(error_of([&] { (void)read_untrusted_file(folder.path() / "real", 3); }).find("at most 3"),
            std::string::npos);
  EXPECT_NE(error_of([&] { (void)read_file(folder.path() / "absent"); }).find("absent"), std::string::npos);
}

TEST(Files, AppendHealsATornLine) {
  const TemporaryFolder folder;
  const fs::path log = folder.path() / "log";
  append_line(log, "first");
  write_atomic(log, read_file(log) + "torn");
  append_line(log, "second");
  EXPECT_EQ(read_file(log), "first\ntorn\nsecond\n");
}

// A full disk, imitated by a file size limit: the old content must survive and the error must be ours, not a
// signal.
TEST(Files, FailedWriteKeepsTheOldFile) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "kept";
  write_atomic(file, "old");
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1024, 1024};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_atomic(file, std::string(100'000, 'x'));
    } catch (const Error& error) {
      ::_exit(error.fault() == Fault::infrastructure ? 7 : 8);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, LockExcludesOtherHolders) {
  const TemporaryFolder folder;
  const fs::path lock = folder.path() / "lock";
  int counter = 0;
  const auto work = [&] {
    for (int i = 0; i < 200; ++i) {
      const FileLock hold(lock);
      const int seen = counter;
      std::this_thread::yield();
      counter = seen + 1;
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(counter, 400);
}

}  // namespace
}  // namespace mls
