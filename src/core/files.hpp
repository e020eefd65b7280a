// Files that survive a crash: whole reads, atomic writes, advisory locks.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mls {

/// The whole file. Throws bad_input when it is missing, unreadable, not a regular file (links are followed)
/// or longer than `max_bytes`; the message names the path.
[[nodiscard]] std::string read_file(const std::filesystem::path& path,
                                    std::size_t max_bytes = std::numeric_limits<std::size_t>::max());

/// As read_file, but refuses symbolic links, FIFOs and devices in the last component (O_NOFOLLOW,
/// non-blocking): for files that somebody untrusted laid there.
[[nodiscard]] std::string read_untrusted_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes to a temporary file beside `path`, fsyncs it, renames it, fsyncs the folder. Missing folders are
/// made. On any error the old file is untouched, the temporary one removed, and infrastructure is thrown
/// (disk full is named so).
void write_atomic(const std::filesystem::path& path, std::string_view bytes);

/// Appends one line (adds the newline) with a single write and fsyncs; a torn last line of an earlier crash
/// is first closed with a newline so that it can never merge with ours.
void append_line(const std::filesystem::path& path, std::string_view line);

/// Holds an exclusive advisory lock (flock) on `path` (created when missing) until destroyed. Blocks until it
/// is free.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

/// A fresh private folder under the system's temporary folder, removed with all it holds when destroyed.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mls
