#include "evaluate/torch.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/locations.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

class Blas : public ::testing::Test {
 protected:
  /// A link as the alternatives system makes it, to a library of this name.
  [[nodiscard]] fs::path link_to(const std::string& library) const {
    const fs::path target = folder_.path() / library;
    fs::create_directories(target.parent_path());
    write_atomic(target, "");
    const fs::path link = folder_.path() / "libblas.so.3";
    fs::remove(link);
    fs::create_symlink(target, link);
    return link;
  }

  TemporaryFolder folder_;
};

TEST_F(Blas, OpenBlasIsAccepted) { EXPECT_NE(blas_behind(link_to("openblas-pthread/libblas.so.3")), ""); }

TEST_F(Blas, TheReferenceIsRefusedWithTheCure) {
  try {
    (void)blas_behind(link_to("blas/libblas.so.3.11.0"));
    FAIL() << "accepted";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("blas/libblas.so.3.11.0"), std::string::npos) << text;
    EXPECT_NE(text.find("apt-get install libopenblas0-pthread"), std::string::npos) << text;
  }
}

TEST_F(Blas, ABrokenLinkIsRefused) {
  EXPECT_THROW((void)blas_behind(folder_.path() / "libblas.so.3"), Error);
}

TEST(Preload, IsFoundWhereverTheFolderHasGone) {
  const TemporaryFolder home;
  const fs::path before = home.path() / "before";
  fs::create_directories(before / "host-1");
  write_preload(before / "host-1", {before / "zygote-2" / "zygote", {"/lib/libc.so.6"}});
  fs::rename(before, home.path() / "after");
  const Preload preload = read_preload(home.path() / "after" / "host-1").value();
  EXPECT_EQ(preload.zygote, home.path() / "after" / "zygote-2" / "zygote");
  EXPECT_EQ(preload.libraries, (std::vector<fs::path>{"/lib/libc.so.6"}));
  EXPECT_FALSE(read_preload(home.path()).has_value());
}

TEST(JudgeUsesTorch, WhenItIncludesIt) {
  const fs::path root = repository_root();
  task::Task task;
  task.folder = root / "tests" / "tasks" / "train-component";
  EXPECT_TRUE(judge_uses_torch(root, task));
  task.folder = root / "tests" / "tasks" / "torch-mlp";
  EXPECT_FALSE(judge_uses_torch(root, task));
}

}  // namespace
}  // namespace mls::evaluate
