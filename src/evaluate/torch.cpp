#include "evaluate/torch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "core/subprocess.hpp"
#include "task/sources.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr const char* cure = "apt-get install libtorch-dev libopenblas0-pthread";
constexpr const char* debian_libraries = "/usr/lib/x86_64-linux-gnu";
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";
constexpr const char* preload_file = "preload.json";
constexpr const char* constant_random = "urandom";
constexpr std::size_t max_header_bytes = std::size_t{64} << 10;

/// The number behind `#define NAME`, as text.
std::string defined(const std::string& header, const std::string& name) {
  const std::string start = "#define " + name + " ";
  const auto at = header.find(start);
  if (at == std::string::npos) return "0";
  const auto from = at + start.size();
  return header.substr(from, header.find('\n', from) - from);
}

std::string version_in(const fs::path& include) {
  const fs::path file = include / "torch/csrc/api/include/torch/version.h";
  if (!fs::exists(file)) throw infrastructure(fmt::format("libtorch is not installed; {}", cure));
  const std::string header = read_file(file, max_header_bytes);
  return fmt::format("{}.{}.{}", defined(header, "TORCH_VERSION_MAJOR"),
                     defined(header, "TORCH_VERSION_MINOR"), defined(header, "TORCH_VERSION_PATCH"));
}

Torch debian_torch() {
  const fs::path include = "/usr/include";
  const fs::path kernels = fs::canonical(fs::path(debian_libraries) / "libdnnl.so.2");
  return {{},
          fmt::format("libtorch {}, {}, {}", version_in(include),
                      blas_behind(fs::path(debian_libraries) / "libblas.so.3"), kernels.filename().string()),
          {"-isystem", include / "torch/csrc/api/include"},
          {"-ltorch_cpu", "-lc10"}};
}

Torch other_torch(const fs::path& folder) {
  const fs::path lib = folder / "lib";
  return {folder,
          fmt::format("libtorch {}", version_in(folder / "include")),
          {"-isystem", folder / "include", "-isystem", folder / "include/torch/csrc/api/include"},
          {"-L" + lib.string(), "-Wl,-rpath," + lib.string(), "-ltorch_cpu", "-lc10"}};
}

}  // namespace

std::string blas_behind(const fs::path& libblas) {
  std::error_code error;
  const fs::path library = fs::canonical(libblas, error);
  if (!error && library.string().find("openblas") != std::string::npos) {
    const fs::path versioned = fs::canonical(fs::path(debian_libraries) / "libopenblas.so.0", error);
    return error ? library.filename() : versioned.filename();
  }
  throw infrastructure(fmt::format(
      "libtorch would run on {}, ten times slower than OpenBLAS; apt-get install libopenblas0-pthread && "
      "update-alternatives --auto libblas.so.3-x86_64-linux-gnu",
      error ? libblas.string() + ", which is not there" : library.string()));
}

Torch find_torch() {
  const char* const folder = std::getenv("MLS_TORCH");
  return folder == nullptr || *folder == '\0' ? debian_torch() : other_torch(fs::canonical(folder));
}

std::vector<fs::path> libraries_of(const fs::path& program) {
  const Finished list =
      run_command({.argv = {loader, "--list", program.string()}, .folder = {}, .environment = {}});
  if (!list.ok())
    throw infrastructure(fmt::format("{}: its libraries are missing: {}", program.string(), list.err));
  std::vector<fs::path> libraries;
  std::istringstream lines(list.out);
  for (std::string line; std::getline(lines, line);) {
    // "<tab>libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", the loader itself without the arrow.
    if (line.find("not found") != std::string::npos)
      throw infrastructure(fmt::format("{} needs{}; {}", program.string(), line, cure));
    const auto arrow = line.find("=> /");
    const auto start = arrow == std::string::npos ? line.find('/') : arrow + 3;
    const auto end = line.find(" (", start);
    if (start != std::string::npos && end != std::string::npos)
      libraries.emplace_back(line.substr(start, end - start));
  }
  return libraries;
}

void write_preload(const fs::path& folder, const Preload& preload) {
  Json libraries = Json::array();
  for (const fs::path& library : preload.libraries) libraries.push_back(library.string());
  const fs::path zygote = preload.zygote.lexically_relative(preload.zygote.parent_path().parent_path());
  write_atomic(folder / preload_file, Json{{"zygote", zygote.string()}, {"libraries", libraries}}.dump(1));
}

void write_constant_random(const fs::path& folder) {
  write_atomic(folder / constant_random, std::string(4096, '\x55'));
}

std::optional<Preload> read_preload(const fs::path& folder) {
  const fs::path file = folder / preload_file;
  if (!fs::exists(file)) return std::nullopt;
  const Json json = parse_json(read_file(file, std::size_t{1} << 20));
  Preload preload{folder.parent_path() / json.at("zygote").get<std::string>(), {}};
  for (const Json& library : json.at("libraries")) preload.libraries.emplace_back(library.get<std::string>());
  return preload;
}

std::map<std::string, std::string> torch_environment() {
  // One thread, and code paths that every machine with AVX2 has: same inputs, same bits.
  return {{"OMP_NUM_THREADS", "1"},
          {"OPENBLAS_NUM_THREADS", "1"},
          {"MKL_NUM_THREADS", "1"},
          {"ATEN_CPU_CAPABILITY", "avx2"},
          {"DNNL_MAX_CPU_ISA", "AVX2"},
          {"ONEDNN_MAX_CPU_ISA", "AVX2"},
          {"OPENBLAS_CORETYPE", "Haswell"},
          {"MKL_CBWR", "AVX2"},
          {"LD_BIND_NOW", "1"},
          {"LC_ALL", "C"}};
}

bool judge_uses_torch(const fs::path& root, const task::Task& task) {
  const std::vector<fs::path> sources = task::source_closure(root, task.folder / "judge.cpp");
  return std::any_of(sources.begin(), sources.end(),
                     [](const fs::path& file) { return file.parent_path().filename() == "torch"; });
}

sandbox::Command zygote_command(const Preload& preload, const fs::path& program, const std::string& name) {
  sandbox::Command command;
  command.profile = sandbox::Profile::preloaded;
  command.argv = {"/zygote"};
  command.mounts = {{preload.zygote, "/zygote"}, {program, name}};
  // libtorch seeds its generators from here, in the zygote and wherever a method asks it to: always the same.
  command.mounts.push_back({preload.zygote.parent_path() / constant_random, "/dev/urandom"});
  for (const fs::path& library : preload.libraries) command.mounts.push_back({library, library.string()});
  command.environment = torch_environment();
  command.limits.wall_s = 60;  // loading: a slow disk, a busy machine
  return command;
}

sandbox::Check check_torch() {
  sandbox::Check check{"libtorch", true, true, "", ""};
  try {
    check.detail = find_torch().version;
  } catch (const std::exception& error) {
    check.passed = false;
    check.detail = error.what();
    check.remedy = cure;
  }
  return check;
}

}  // namespace mls::evaluate
