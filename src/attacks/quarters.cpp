#include "attacks/quarters.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>

#include "core/error.hpp"
#include "core/text.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// Other programs of the machine have shared memory too, and it comes and goes.
constexpr long shared_kib_tolerated = 512 * 1024;
// How long the last of a sandbox may take to end after the harness has its outcome.
constexpr double end_allowance_s = 2;

constexpr std::array<std::string_view, 5> kinds_of_parts{"zygote-", "prelude-", "kit-", "object-",
                                                         "version-"};

bool is_part(const std::string& name) {
  return std::any_of(kinds_of_parts.begin(), kinds_of_parts.end(),
                     [&](auto kind) { return name.starts_with(kind); });
}

/// Names in a folder; none when it cannot be read.
Lines names_in(const fs::path& folder) {
  Lines names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  return names;
}

void link(const fs::path& target, const fs::path& at) {
  if (fs::exists(target)) fs::create_directory_symlink(target, at);
}

void link_parts(const fs::path& home, const fs::path& quarters) {
  fs::create_directories(quarters / "compile");
  for (const std::string& name : names_in(home / "compile")) {
    if (is_part(name)) fs::create_symlink(home / "compile" / name, quarters / "compile" / name);
  }
  fs::create_directories(home / "artefacts");
  link(home / "packs", quarters / "packs");
  link(home / "artefacts", quarters / "artefacts");
}

std::size_t open_descriptors() { return names_in("/proc/self/fd").size(); }

long shared_kib() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Shmem:")) return std::strtol(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

std::string command_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  std::getline(file, name);
  return plain_text(name, 40);
}

/// Direct children, which with PR_SET_CHILD_SUBREAPER includes every orphan.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  for (const std::string& thread : names_in("/proc/self/task")) {
    std::ifstream file("/proc/self/task/" + thread + "/children");
    for (pid_t pid = 0; file >> pid;) found.push_back(pid);
  }
  return found;
}

void reap() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void look_for_processes(Lines& harm) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(end_allowance_s);
  for (reap(); !children().empty(); reap()) {
    if (std::chrono::steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (const pid_t pid : children()) {
    harm.push_back(fmt::format("process {} ({}) is left", pid, command_of(pid)));
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

void look_for_marks(const fs::path& home, const fs::path& root, Lines& harm) {
  for (const fs::path& folder : {fs::path("/"), fs::path("/tmp"), fs::path("/var/tmp"), fs::path("/dev/shm"),
                                 fs::path("/dev/mqueue"), fs::path("/work"), home, root}) {
    for (const std::string& name : names_in(folder)) {
      if (name.starts_with(mark))
        harm.push_back(fmt::format("{} is left", (folder / plain_text(name, 80)).string()));
    }
  }
  if (::shmget(mark_key, 0, 0) >= 0) harm.emplace_back("a shared memory segment is left");
  if (::msgget(mark_key, 0) >= 0) harm.emplace_back("a message queue is left");
  if (::semget(mark_key, 0, 0) >= 0) harm.emplace_back("a semaphore is left");
  std::ifstream sockets("/proc/net/unix");
  for (std::string line; std::getline(sockets, line);) {
    if (line.find(mark) != std::string::npos) harm.push_back("a socket is left: " + plain_text(line, 200));
  }
}

void look_at_home(const fs::path& home, Lines& harm) {
  constexpr std::array<std::string_view, 6> known{"packs",   "artefacts", "compile",
                                                  "results", "runs",      "machine"};
  for (const std::string& name : names_in(home)) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      harm.push_back("the data folder now holds " + name);
  }
  for (const std::string& name : names_in(home / "compile")) {
    if (!is_part(name) && !name.starts_with("host-")) harm.push_back("the compile cache now holds " + name);
  }
}

}  // namespace

Quarters::Quarters(const evaluate::Places& places)
    : places_{places.root, folder_.path() / "home", places.build},
      descriptors_before_(open_descriptors()),
      shared_kib_before_(shared_kib()) {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
    throw infrastructure("this process cannot adopt orphans (prctl)");
  fs::create_directories(places_.home);
  fs::create_directories(folder_.path() / "tmp");
  link_parts(places.home, places_.home);
  const char* before = ::getenv("TMPDIR");
  tmpdir_before_ = before == nullptr ? "" : before;
  ::setenv("TMPDIR", (folder_.path() / "tmp").c_str(), 1);
}

Quarters::~Quarters() {
  if (tmpdir_before_.empty()) {
    ::unsetenv("TMPDIR");
  } else {
    ::setenv("TMPDIR", tmpdir_before_.c_str(), 1);
  }
}

std::vector<std::string> Quarters::harm() const {
  Lines harm;
  look_for_processes(harm);
  for (const std::string& name : names_in(folder_.path() / "tmp")) {
    harm.push_back(fmt::format("the temporary folder still holds {}", plain_text(name, 80)));
  }
  look_at_home(places_.home, harm);
  look_for_marks(places_.home, places_.root, harm);
  if (const std::size_t now = open_descriptors(); now > descriptors_before_) {
    harm.push_back(
        fmt::format("the harness holds {} descriptors more than before", now - descriptors_before_));
  }
  if (const long grown = shared_kib() - shared_kib_before_; grown > shared_kib_tolerated) {
    harm.push_back(fmt::format("{} MiB of shared memory more than before are in use", grown / 1024));
  }
  return harm;
}

}  // namespace mls::attacks
