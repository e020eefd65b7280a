#include "quality/instructions.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/subprocess.hpp"

namespace mls::quality {
namespace {

/// What is found in this assembly code.
std::vector<std::string> found_in(const std::string& code) {
  const TemporaryFolder folder;
  const auto object = folder.path() / "code.o";
  write_atomic(folder.path() / "code.s", code);
  const Finished assembled =
      run_command({.argv = {"as", "-o", object.string(), (folder.path() / "code.s").string()},
                   .folder = {},
                   .environment = {}});
  EXPECT_TRUE(assembled.ok()) << assembled.err;
  return approximate_instructions(object);
}

TEST(ApproximateInstructions, AreFoundByName) {
  const std::vector<std::string> expected{"f2xm1", "fsin", "rcpss", "rsqrtps", "vrcp14ps", "vrsqrtps"};
  EXPECT_EQ(found_in("function:\n"
                     "rsqrtps %xmm1, %xmm0\n"
                     "vrsqrtps %ymm1, %ymm0\n"
                     "rcpss %xmm1, %xmm0\n"
                     "vrcp14ps %zmm1, %zmm0\n"
                     "fsin\n"
                     "f2xm1\n"
                     "fsin\n"),
            expected);
}

TEST(ApproximateInstructions, ExactOnesAreNotAmongThem) {
  EXPECT_TRUE(found_in("rsqrtps:\n"
                       "vsqrtps %ymm1, %ymm0\n"
                       "vdivps %ymm1, %ymm0, %ymm0\n"
                       "fsqrt\n"
                       "call rsqrtps\n"
                       "rcrl $1, %eax\n")
                  .empty());
}

TEST(ApproximateInstructions, WhatIsNoProgramIsNamed) {
  try {
    (void)approximate_instructions("/etc/passwd");
    FAIL() << "read as a program";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/etc/passwd"), std::string::npos);
  }
}

}  // namespace
}  // namespace mls::quality
