// Data packs: real data from package registries, verified and kept readable offline. Registry:
// packs/registry.toml.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mls::task {

struct PackFile {
  std::string path;    ///< inside the package
  std::string name;    ///< file name in the pack's folder
  std::string sha256;  ///< of the file as stored in the cache
  std::uint64_t bytes = 0;
  std::string shape;  ///< for people: "60000x28x28 u8 (IDX)"
};

struct Pack {
  std::string name;     ///< "mnist"
  std::string source;   ///< "npm" | "debian" | "pypi"
  std::string package;  ///< package name
  std::string version;  ///< exact version asked of the registry
  std::string licence;
  std::string description;
  std::vector<PackFile> files;
};

/// Strict parse of packs/registry.toml; throws bad_input with file and line.
[[nodiscard]] std::vector<Pack> pack_registry(const std::filesystem::path& root);
[[nodiscard]] const Pack& find_pack(const std::vector<Pack>& registry, const std::string& name);

/// Folder of a pack in the user's data folder (`home`/packs/<name>-<version>).
[[nodiscard]] std::filesystem::path pack_folder(const std::filesystem::path& home, const Pack& pack);

enum class PackState { present, absent, damaged };
/// Sizes only (cheap); `verify` hashes every file and throws bad_input naming the first wrong or truncated
/// one.
[[nodiscard]] PackState pack_state(const std::filesystem::path& home, const Pack& pack);
void verify(const std::filesystem::path& home, const Pack& pack);

/// Makes the pack present: downloads with npm pack / apt-get download / pip download, extracts the listed
/// files, checks every hash, moves the folder into place in one rename. Two processes may call it at once.
/// `say` gets progress lines. Throws bad_input for a wrong hash (named, with both hashes), infrastructure
/// when the client or network fails.
void fetch(const std::filesystem::path& home, const Pack& pack,
           const std::function<void(const std::string&)>& say);

/// As fetch, but at once when the files are those that were verified last (by name, size and time of last
/// change): what a run asks for before a judge reads the pack.
void ensure(const std::filesystem::path& home, const Pack& pack,
            const std::function<void(const std::string&)>& say);

}  // namespace mls::task
