#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/files.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

TEST(Method, PlainSourceIsAccepted) {
  EXPECT_EQ(method_from_source("int x;  // naïve λ 你 😀\n").rejection, "");
  EXPECT_EQ(method_from_source(std::string(max_method_bytes, 'a')).rejection, "");
}

TEST(Method, ContentProblemsAreRejections) {
  const auto rejection = [](std::string source) { return method_from_source(std::move(source)).rejection; };
  EXPECT_NE(rejection(std::string(max_method_bytes + 1, 'a')).find("at most 65536"), std::string::npos);
  EXPECT_NE(rejection("").find("empty"), std::string::npos);
  EXPECT_NE(rejection(" \n\t").find("empty"), std::string::npos);
  EXPECT_NE(rejection(std::string("int\0x", 5)).find("zero byte at offset 3"), std::string::npos);
  // Latin-1, a lone continuation byte, a truncated sequence, an overlong slash, a surrogate, beyond Unicode.
  for (const char* bad :
       {"ab\xe9 x", "ab\x80", "ab\xe2\x82", "ab\xc0\xaf", "ab\xed\xa0\x80", "ab\xf5\x80\x80\x80"}) {
    EXPECT_NE(rejection(bad).find("offset 2"), std::string::npos) << bad;
  }
}

TEST(Method, FilesThatAreNoFilesAreRejectedAndMissingOnesAreErrors) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "method.cpp";
  EXPECT_THROW((void)load_method(file), Error);
  write_atomic(file, "int x;");
  EXPECT_EQ(load_method(file).source, "int x;");
  fs::create_symlink(file, folder.path() / "link.cpp");
  EXPECT_NE(load_method(folder.path() / "link.cpp").rejection.find("not a regular file"), std::string::npos);
  ASSERT_EQ(::mkfifo((folder.path() / "fifo.cpp").c_str(), 0600), 0);
  EXPECT_NE(load_method(folder.path() / "fifo.cpp").rejection.find("not a regular file"), std::string::npos);
  fs::create_directory(folder.path() / "folder.cpp");
  EXPECT_NE(load_method(folder.path() / "folder.cpp").rejection.find("not a regular file"),
            std::string::npos);
}

TEST(Method, AHundredMegabytesAreRefusedUnread) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "method.cpp";
  write_atomic(file, "x");
  fs::resize_file(file, 100'000'000);
  EXPECT_NE(load_method(file).rejection.find("100000000 bytes"), std::string::npos);
}

TEST(Seal, KeysHavePublicIdsThatDiffer) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "a", std::string(32, 'a'));
  write_atomic(folder.path() / "b", std::string(32, 'b'));
  write_atomic(folder.path() / "short", "abc");
  const SealKey a = load_seal(folder.path() / "a");
  EXPECT_EQ(a.id.size(), 16U);
  EXPECT_NE(a.id, load_seal(folder.path() / "b").id);
  EXPECT_EQ(public_seal().id, "public");
  for (const char* wrong : {"short", "missing"}) {
    try {
      (void)load_seal(folder.path() / wrong);
      FAIL() << wrong;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("at least 16 bytes is expected"), std::string::npos)
          << error.what();
      EXPECT_NE(std::string(error.what()).find("make one, for instance"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace mls::evaluate
