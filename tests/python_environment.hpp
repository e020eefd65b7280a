// Python with the packages of tests/python/requirements.txt, installed from PyPI on first use and kept in the
// build folder.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/locations.hpp"
#include "core/subprocess.hpp"

namespace mls {

struct PythonEnvironment {
  std::filesystem::path python;  ///< its interpreter
  std::string unreachable;       ///< why there is none: PyPI cannot be reached
};

/// Throws when the environment cannot be made although the network is there.
inline PythonEnvironment python_environment() {
  const auto requirements = repository_root() / "tests" / "python" / "requirements.txt";
  const auto folder = build_folder() / ("python-" + sha256_hex(read_file(requirements)).substr(0, 12));
  PythonEnvironment ready{folder / "bin" / "python", ""};
  const FileLock lock(folder.string() + ".lock");
  if (std::filesystem::exists(folder / "ready")) return ready;
  std::filesystem::remove_all(folder);
  const auto run = [](std::vector<std::string> argv) { return run_command({std::move(argv), {}, {}, 250}); };
  const Finished made = run({"python3", "-m", "venv", folder.string()});
  if (!made.ok()) throw infrastructure("python3 -m venv (package python3-venv): " + made.out + made.err);
  // harbor says that it needs Python 3.12; its validator runs on Debian 12's 3.11 as well.
  const Finished installed =
      run({ready.python.string(), "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-requires-python",
           "--disable-pip-version-check", "--retries", "1", "--requirement", requirements.string()});
  if (installed.ok()) {
    write_atomic(folder / "ready", "");
    return ready;
  }
  const std::string said = installed.out + installed.err;
  for (const char* sign : {"Failed to establish a new connection", "Temporary failure in name resolution",
                           "timed out", "Network is unreachable", "Cannot connect to proxy"}) {
    if (said.find(sign) != std::string::npos)
      return {"", "PyPI cannot be reached, so this was NOT tested: " + said.substr(0, 400)};
  }
  throw infrastructure("pip install: " + said);
}

}  // namespace mls
