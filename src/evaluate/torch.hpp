// libtorch, which hosts of tasks with runtime = "torch" are compiled and linked with: where it is, whether it
// is fit for use, and what the sandbox of such a host sees of it.
//
// Debian's (libtorch-dev) unless the environment variable MLS_TORCH names the folder of another one, 1.13 or
// newer, with include/ and lib/ as in the official archives and Python packages.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/sandbox.hpp"
#include "task/task.hpp"

namespace mls::evaluate {

struct Torch {
  std::filesystem::path folder;  ///< empty: Debian's
  std::string version;           ///< "libtorch 1.13.1, OpenBLAS": decides bits, part of every key
  std::vector<std::string> include_flags;
  std::vector<std::string> link_flags;
};

/// Throws infrastructure with the one line that mends it: not installed, too old, or on the reference BLAS,
/// which is ten times slower.
[[nodiscard]] Torch find_torch();

/// Debian's libtorch calls whatever BLAS the link `libblas`, of the alternatives system, leads to. Returns
/// its name with version; throws infrastructure with the cure when it is not OpenBLAS.
[[nodiscard]] std::string blas_behind(const std::filesystem::path& libblas);

/// How a host of this task is started: as a fork of `zygote`, which sees `libraries` and nothing else.
struct Preload {
  std::filesystem::path zygote;
  std::vector<std::filesystem::path> libraries;  ///< files, as the loader names them
};

/// Every file that the loader maps for a dynamically linked program of ours. Throws infrastructure.
[[nodiscard]] std::vector<std::filesystem::path> libraries_of(const std::filesystem::path& program);

/// Whether the task's judge is linked with libtorch (CMake decides by the same includes).
[[nodiscard]] bool judge_uses_torch(const std::filesystem::path& root, const task::Task& task);

/// What a process with libtorch is told: one thread, and code paths that every machine with AVX2 has.
[[nodiscard]] std::map<std::string, std::string> torch_environment();

/// A built host has its preload beside it; a static one has none. The folders of host and zygote lie side by
/// side, wherever that is: a data folder may be moved, copied or linked to.
void write_preload(const std::filesystem::path& folder, const Preload& preload);
[[nodiscard]] std::optional<Preload> read_preload(const std::filesystem::path& folder);

/// The file, beside the zygote, that hosts see as /dev/urandom.
void write_constant_random(const std::filesystem::path& folder);

/// The sandbox command that starts its zygote, which sees `program` under the name by which runs call it.
[[nodiscard]] sandbox::Command zygote_command(const Preload& preload, const std::filesystem::path& program,
                                              const std::string& name);
inline constexpr char preloaded_host[] = "/host.so";
inline constexpr char preloaded_judge[] = "/judge.so";

/// For `mls doctor`.
[[nodiscard]] sandbox::Check check_torch();

}  // namespace mls::evaluate
