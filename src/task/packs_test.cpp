#include "task/packs.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/rng.hpp"
#include "core/subprocess.hpp"
#include "task/task_fixture.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

struct Complaint {
  Fault fault = Fault::usage;
  std::string text;
};

template <typename Action>
Complaint complaint(const Action& action) {
  try {
    action();
    return {};
  } catch (const Error& error) {
    return {error.fault(), error.what()};
  }
}

std::string complaint_of_registry(const std::string& text) {
  const ExampleRepository repository;
  repository.write("packs/registry.toml", text);
  const Complaint found = complaint([&] { (void)pack_registry(repository.root()); });
  EXPECT_TRUE(found.text.empty() || found.fault == Fault::bad_input);
  return found.text;
}

TEST(PackRegistry, ReadsEverythingThatIsWritten) {
  const ExampleRepository repository;
  const std::vector<Pack> registry = pack_registry(repository.root());
  ASSERT_EQ(registry.size(), 1U);
  const Pack& pack = find_pack(registry, "digits");
  EXPECT_EQ(pack.source, "npm");
  EXPECT_EQ(pack.package, "digits-data");
  EXPECT_EQ(pack.version, "1.0.0");
  EXPECT_EQ(pack.licence, "MIT");
  ASSERT_EQ(pack.files.size(), 1U);
  EXPECT_EQ(pack.files[0].path, "data/digits.csv");
  EXPECT_EQ(pack.files[0].name, "digits.csv");
  EXPECT_EQ(pack.files[0].bytes, 7U);
  EXPECT_EQ(pack.files[0].sha256, sha256_hex("1,2,3,4"));
  EXPECT_EQ(pack_folder("/home", pack), "/home/packs/digits-1.0.0");
  EXPECT_NE(complaint([&] { (void)find_pack(registry, "digit"); }).text.find("known packs: digits"),
            std::string::npos);
}

TEST(PackRegistry, TheRealOneIsValid) {
  const char* root = std::getenv("MLS_ROOT");
  ASSERT_NE(root, nullptr);
  const std::vector<Pack> registry = pack_registry(root);
  for (const char* name : {"mnist", "fashion-mnist", "mlbench", "kernlab", "modeldata"}) {
    EXPECT_FALSE(find_pack(registry, name).files.empty());
  }
}

struct MalformedEntry {
  const char* name;
  const char* from;
  const char* to;
  int line;
  const char* says;
};
void PrintTo(const MalformedEntry& entry, std::ostream* out) { *out << entry.name; }

class MalformedRegistry : public testing::TestWithParam<MalformedEntry> {};

TEST_P(MalformedRegistry, IsRefusedWithLineAndRemedy) {
  const MalformedEntry& change = GetParam();
  const std::string message = complaint_of_registry(replaced(example_registry, change.from, change.to));
  EXPECT_NE(message.find("registry.toml:" + std::to_string(change.line) + ": "), std::string::npos)
      << message;
  EXPECT_NE(message.find(change.says), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, MalformedRegistry,
    testing::Values(
        MalformedEntry{"unknown_table", "[[pack]]", "[[packs]]", 1, "did you mean 'pack'?"},
        MalformedEntry{"unknown_key", "licence", "license", 6, "did you mean 'licence'?"},
        MalformedEntry{"unknown_file_key", "sha256 =", "sha265 =", 11, "did you mean 'sha256'?"},
        MalformedEntry{"missing", "licence = \"MIT\"\n", "", 1, "lacks 'licence'"},
        MalformedEntry{"source", "\"npm\"", "\"nmp\"", 3, "did you mean \"npm\"?"},
        MalformedEntry{"package_option", "\"digits-data\"", "\"--install\"", 4, "no leading '-'"},
        MalformedEntry{"package_folder", "\"digits-data\"", "\"../digits\"", 4, "@scope/name"},
        MalformedEntry{"package_repository", "\"digits-data\"", "\"owner/digits\"", 4, "@scope/name"},
        MalformedEntry{"package_shell", "\"digits-data\"", "\"a; b\"", 4, "letters, digits"},
        MalformedEntry{"version", "\"1.0.0\"", "\"latest || 1\"", 5, "letters, digits"},
        MalformedEntry{"path_up", "data/digits.csv", "data/../digits.csv", 10, "without a leading '/'"},
        MalformedEntry{"path_absolute", "data/digits.csv", "/etc/passwd", 10, "without a leading '/'"},
        MalformedEntry{"name_path", "bytes = 7", "name = \"a/b\"\nbytes = 7", 12, "a plain file name"},
        MalformedEntry{"sha_short", "37db3687", "37db", 11, "64 lower-case hexadecimal digits"},
        MalformedEntry{"sha_case", "37db3687", "37DB3687", 11, "64 lower-case hexadecimal digits"},
        MalformedEntry{"bytes", "bytes = 7", "bytes = -7", 12, "'bytes' is -7"},
        MalformedEntry{"no_files", "[[pack.file]]", "[[pack.files]]", 9, "did you mean 'file'?"},
        MalformedEntry{"syntax", "name = \"digits\"", "name = digits", 2, "docs/data-packs.md"}),
    [](const auto& one) { return one.param.name; });

TEST(PackRegistry, RefusesNamesUsedTwice) {
  const std::string once(example_registry);
  EXPECT_NE(complaint_of_registry(once + once)
                .find("registry.toml:15: 'name' \"digits\" is used before, on line 2"),
            std::string::npos);
  const std::string file = once.substr(once.find("[[pack.file]]"));
  EXPECT_NE(complaint_of_registry(once + file).find("'digits.csv' is used before"), std::string::npos);
  EXPECT_NE(complaint_of_registry(
                "[[pack]]\nname = \"a\"\nsource = \"npm\"\npackage = \"a\"\nversion = \"1\"\nlicence = "
                "\"x\"\ndescription = \"x\"\n")
                .find("pack 'a' has no file"),
            std::string::npos);
}

TEST(PackRegistry, RandomChangesNeverCrash) {
  const ExampleRepository repository;
  Rng rng(19);
  for (int round = 0; round < 300; ++round) {
    std::string text(example_registry);
    for (std::uint64_t changes = 1 + rng.below(4); changes > 0; --changes) {
      const std::size_t at = rng.below(text.size());
      switch (rng.below(3)) {
        case 0:
          text[at] = static_cast<char>(rng.below(256));
          break;
        case 1:
          text.erase(at, rng.below(30));
          break;
        default:
          text.insert(at, text.substr(rng.below(text.size()), rng.below(40)));
          break;
      }
    }
    repository.write("packs/registry.toml", text);
    (void)complaint([&] { (void)pack_registry(repository.root()); });
  }
}

/// A user's data folder, a package, and fake clients that are first on PATH: nothing leaves the machine.
class Fetching : public testing::Test {
 protected:
  Fetching() : registry_(pack_registry(repository_.root())), pack_(registry_.front()) {
    const char* path = std::getenv("PATH");
    old_path_ = path == nullptr ? "" : path;
    ::setenv("PATH", (clients().string() + ":" + old_path_).c_str(), 1);
    fs::create_directories(home());
    make_npm_package("1,2,3,4");
    client("npm", "cp '" + (work() / "package.tgz").string() + "' digits-data-1.0.0.tgz");
  }
  ~Fetching() override { ::setenv("PATH", old_path_.c_str(), 1); }

  [[nodiscard]] fs::path work() const { return folder_.path(); }
  [[nodiscard]] fs::path home() const { return work() / "home"; }
  [[nodiscard]] fs::path clients() const { return work() / "clients"; }
  [[nodiscard]] fs::path file() const { return pack_folder(home(), pack_) / "digits.csv"; }

  /// A client that notes its call and then does what `script` says, in the folder it is started in.
  void client(const std::string& name, const std::string& script) const {
    write_plain(clients() / name,
                "#!/bin/sh\necho \"$@\" >> '" + (work() / "calls").string() + "'\n" + script + "\n");
    fs::permissions(clients() / name, fs::perms::owner_all);
  }
  [[nodiscard]] std::string calls() const {
    return fs::exists(work() / "calls") ? read_file(work() / "calls") : "";
  }

  static void tool(std::vector<std::string> argv, const fs::path& where) {
    Command command;
    command.argv = std::move(argv);
    command.folder = where;
    const Finished finished = run_command(command);
    ASSERT_TRUE(finished.ok()) << finished.err;
  }
  void make_npm_package(std::string_view digits) const {
    write_plain(work() / "tree" / "package" / "data" / "digits.csv", digits);
    pack_npm_tree();
  }
  void pack_npm_tree() const { tool({"tar", "-czf", "../package.tgz", "package"}, work() / "tree"); }
  void make_debian_package() {
    pack_.source = "debian";
    pack_.files[0].path = "usr/share/digits/digits.csv";
    write_plain(work() / "deb" / "DEBIAN" / "control",
                "Package: digits\nVersion: 1.0.1\nArchitecture: all\nMaintainer: x "
                "<x@example.org>\nDescription: x\n");
    write_plain(work() / "deb" / "usr" / "share" / "digits" / "digits.csv", "1,2,3,4");
    tool({"dpkg-deb", "--root-owner-group", "-b", "deb", "package.deb"}, work());
  }

  void get() {
    fetch(home(), pack_, [this](const std::string& line) { said_ += line + "\n"; });
  }
  /// Whatever happened, nothing half-done may lie in the data folder.
  void expect_no_leftovers() const {
    for (const auto& entry : fs::directory_iterator(home() / "packs")) {
      const std::string name = entry.path().filename().string();
      EXPECT_TRUE(name == ".digits.lock" || name == "digits-1.0.0") << name;
    }
  }

  ExampleRepository repository_;
  TemporaryFolder folder_;
  std::vector<Pack> registry_;
  Pack pack_;
  std::string old_path_;
  std::string said_;
};

TEST_F(Fetching, AnNpmPackIsDownloadedOnceAndThenReadOffline) {
  EXPECT_EQ(pack_state(home(), pack_), PackState::absent);
  EXPECT_NE(complaint([&] { verify(home(), pack_); }).text.find("digits.csv is missing"), std::string::npos);
  get();
  EXPECT_EQ(read_file(file()), "1,2,3,4");
  EXPECT_EQ(pack_state(home(), pack_), PackState::present);
  verify(home(), pack_);
  EXPECT_NE(calls().find("pack --ignore-scripts"), std::string::npos);
  EXPECT_NE(calls().find("digits-data@1.0.0"), std::string::npos);
  EXPECT_NE(said_.find("digits: downloading digits-data 1.0.0 (npm)"), std::string::npos);
  expect_no_leftovers();

  fs::remove(clients() / "npm");
  fs::remove(work() / "calls");
  get();
  EXPECT_EQ(calls(), "");
}

TEST_F(Fetching, EnsureNoticesAFileOfTheRightSizeWithOtherContent) {
  const auto ensure_pack = [&] { ensure(home(), pack_, {}); };
  ensure_pack();
  fs::remove(work() / "calls");
  ensure_pack();
  EXPECT_EQ(calls(), "");
  write_plain(file(), "9,9,9,9");
  fs::last_write_time(file(), fs::last_write_time(file()) + std::chrono::seconds(1));
  ensure_pack();
  EXPECT_EQ(read_file(file()), "1,2,3,4");
  EXPECT_NE(calls(), "");
}

TEST_F(Fetching, ADebianPackFallsBackToTheVersionThatIsOffered) {
  make_debian_package();
  client("apt-get",
         "case \"$2\" in *=*) echo \"E: Version '1.0.0' for 'digits-data' was not found\" >&2; exit 100;; "
         "esac\ncp '" +
             (work() / "package.deb").string() + "' .");
  get();
  EXPECT_EQ(calls(), "download digits-data=1.0.0\ndownload digits-data\n");
  EXPECT_EQ(read_file(file()), "1,2,3,4");
  EXPECT_NE(said_.find("version 1.0.0 is not offered"), std::string::npos);
}

TEST_F(Fetching, APypiPackIsAWheel) {
  pack_.source = "pypi";
  client("python3",
         "case \"$2\" in pip) cp '" + (work() / "package.tgz").string() +
             "' x.whl;; zipfile) mkdir -p \"$5/data\"; printf 1,2,3,4 > \"$5/data/digits.csv\";; esac");
  get();
  EXPECT_EQ(read_file(file()), "1,2,3,4");
  EXPECT_NE(calls().find("-m pip download --no-deps --only-binary :all:"), std::string::npos);
  EXPECT_NE(calls().find("digits-data==1.0.0"), std::string::npos);
}

TEST_F(Fetching, AWrongFileIsNamedWithBothHashesAndNothingIsKept) {
  make_npm_package("1,2,3,5");
  const Complaint found = complaint([&] { get(); });
  EXPECT_EQ(found.fault, Fault::bad_input);
  EXPECT_NE(found.text.find("data/digits.csv"), std::string::npos);
  EXPECT_NE(found.text.find(sha256_hex("1,2,3,5")), std::string::npos);
  EXPECT_NE(found.text.find(sha256_hex("1,2,3,4")), std::string::npos);
  EXPECT_EQ(pack_state(home(), pack_), PackState::absent);
  expect_no_leftovers();
}

TEST_F(Fetching, ATruncatedOrMissingFileOrALinkIsRefused) {
  make_npm_package("1,2");
  EXPECT_NE(complaint([&] { get(); }).text.find("has 3 bytes instead of 7 (truncated)"), std::string::npos);
  fs::remove(work() / "tree" / "package" / "data" / "digits.csv");
  pack_npm_tree();
  EXPECT_NE(complaint([&] { get(); }).text.find("is missing or not a regular file"), std::string::npos);
  write_plain(work() / "outside.csv", "1,2,3,4");
  fs::create_symlink(work() / "outside.csv", work() / "tree" / "package" / "data" / "digits.csv");
  pack_npm_tree();
  EXPECT_NE(complaint([&] { get(); }).text.find("link out of the package"), std::string::npos);
  EXPECT_EQ(pack_state(home(), pack_), PackState::absent);
}

TEST_F(Fetching, ADamagedCopyIsNoticedAndFetchedAgain) {
  get();
  fs::permissions(file(), fs::perms::owner_all);
  write_plain(file(), "1,2,3,5");  // as long as the right one
  EXPECT_EQ(pack_state(home(), pack_), PackState::present);
  EXPECT_NE(complaint([&] { verify(home(), pack_); }).text.find(sha256_hex("1,2,3,5")), std::string::npos);
  write_plain(file(), "1,2");
  EXPECT_EQ(pack_state(home(), pack_), PackState::damaged);
  const Complaint found = complaint([&] { verify(home(), pack_); });
  EXPECT_EQ(found.fault, Fault::bad_input);
  EXPECT_NE(found.text.find(file().string() +
                            " has 3 bytes instead of 7 (truncated); run `mls packs fetch digits`"),
            std::string::npos)
      << found.text;
  get();
  verify(home(), pack_);
  EXPECT_NE(said_.find("is damaged; fetching it again"), std::string::npos);
  expect_no_leftovers();
}

TEST_F(Fetching, AFailingClientIsAnInfrastructureFaultThatSaysWhatToDo) {
  client("npm", "echo 'npm error code ENOTFOUND' >&2; exit 1");
  const Complaint found = complaint([&] { get(); });
  EXPECT_EQ(found.fault, Fault::infrastructure);
  EXPECT_EQ(found.text,
            "pack digits: npm pack of digits-data 1.0.0 failed: npm error code ENOTFOUND; check the network, "
            "then run again");
  expect_no_leftovers();

  make_debian_package();
  client("apt-get", "echo 'W: noise' >&2; echo 'E: Unable to locate package digits-data' >&2; exit 100");
  EXPECT_NE(complaint([&] { get(); })
                .text.find("failed: E: Unable to locate package digits-data; check the network, run `apt-get "
                           "update` as root"),
            std::string::npos);
}

TEST_F(Fetching, AMissingClientIsNamed) {
  fs::remove(clients() / "npm");
  ::setenv("PATH", clients().c_str(), 1);
  const Complaint found = complaint([&] { get(); });
  EXPECT_EQ(found.fault, Fault::infrastructure);
  EXPECT_NE(found.text.find("needs the program npm"), std::string::npos) << found.text;
}

TEST_F(Fetching, AClientThatLeavesNothingOrRubbishIsAnInfrastructureFault) {
  client("npm", "exit 0");
  EXPECT_NE(complaint([&] { get(); }).text.find("left 0 files"), std::string::npos);
  client("npm", "echo rubbish > x.tgz");
  const Complaint found = complaint([&] { get(); });
  EXPECT_EQ(found.fault, Fault::infrastructure);
  EXPECT_NE(found.text.find("tar cannot unpack x.tgz"), std::string::npos) << found.text;
  expect_no_leftovers();
}

TEST_F(Fetching, LeftoversOfAKilledProcessDoNoHarm) {
  write_plain(home() / "packs" / ".fetching-digits" / "download" / "half.tgz", "half");
  write_plain(home() / "packs" / ".fetching-digits" / "staged" / "digits.csv", "1,");
  get();
  verify(home(), pack_);
  expect_no_leftovers();
}

TEST_F(Fetching, AKilledProcessLosesNothing) {
  client("npm", "exec sleep 30");
  const pid_t child = ::fork();
  if (child == 0) {
    fetch(home(), pack_, {});
    ::_exit(0);
  }
  while (calls().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(pack_state(home(), pack_), PackState::absent);
  client("npm", "cp '" + (work() / "package.tgz").string() + "' .");
  get();
  verify(home(), pack_);
  expect_no_leftovers();
}

TEST_F(Fetching, TwoAtOnceDownloadOnce) {
  client("npm", "sleep 0.3; cp '" + (work() / "package.tgz").string() + "' .");
  std::vector<std::jthread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { fetch(home(), pack_, {}); });
  threads.clear();
  verify(home(), pack_);
  const std::string log = calls();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1);
}

TEST_F(Fetching, ADataFolderThatCannotBeWrittenIsAnInfrastructureFault) {
  write_plain(work() / "file", "not a folder");
  const Complaint found = complaint([&] { fetch(work() / "file", pack_, {}); });
  EXPECT_EQ(found.fault, Fault::infrastructure);
  EXPECT_NE(found.text.find("pack digits: "), std::string::npos);
}

}  // namespace
}  // namespace mls::task
