// Which files a piece of a task is made of: follows #include "..." so that no list has to be kept by hand.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mls::task {

/// All repository files that `entry` includes with quotes, transitively, and for every header "x.hpp" the
/// sibling "x.cpp" when it exists; resolved against the including file's folder, `root`/src and `root`.
/// Sorted, unique, includes `entry`. Throws bad_input when an include cannot be found.
[[nodiscard]] std::vector<std::filesystem::path> source_closure(const std::filesystem::path& root,
                                                                const std::filesystem::path& entry);

/// SHA-256 over relative paths and contents of `files`: equal trees give equal hashes wherever they lie.
[[nodiscard]] std::string hash_of_files(const std::filesystem::path& root,
                                        const std::vector<std::filesystem::path>& files);

/// What decides a task's verdicts apart from the method: closures of judge.cpp, scaffold.cpp and surface.hpp,
/// the verdict-relevant part of task.toml (id, protocol, settings, params, seeds, limits) and the hashes of
/// its packs' files; not its prose, baselines or score terms (docs/task-format.md).
[[nodiscard]] std::string task_hash(const std::filesystem::path& root, const struct Task& task);

}  // namespace mls::task
