#include "core/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace mls {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string reason() { return std::strerror(errno); }

std::string read_open_file(const fs::path& path, int flags, std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!file.valid()) {
    if (errno == ELOOP)
      throw bad_input(fmt::format("{}: is a symbolic link; a regular file is expected", path.string()));
    throw bad_input(fmt::format("{}: cannot be read: {}", path.string(), reason()));
  }
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) throw bad_input(fmt::format("{}: {}", path.string(), reason()));
  if (!S_ISREG(info.st_mode)) throw bad_input(fmt::format("{}: is not a regular file", path.string()));
  if (static_cast<std::size_t>(info.st_size) > max_bytes) {
    throw bad_input(
        fmt::format("{}: holds {} bytes; at most {} are allowed", path.string(), info.st_size, max_bytes));
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw bad_input(fmt::format("{}: cannot be read: {}", path.string(), reason()));
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const char* remedy = errno == ENOSPC ? "; free some disk space and run again" : "";
      throw infrastructure(fmt::format("{}: cannot be written: {}{}", path.string(), reason(), remedy));
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sync_folder(const fs::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.valid()) ::fsync(handle.get());
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw infrastructure(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
}

}  // namespace

std::string read_file(const fs::path& path, std::size_t max_bytes) {
  return read_open_file(path, O_NONBLOCK, max_bytes);
}

std::string read_untrusted_file(const fs::path& path, std::size_t max_bytes) {
  return read_open_file(path, O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, max_bytes);
}

void write_atomic(const fs::path& path, std::string_view bytes) {
  const fs::path folder = folder_of(path);
  make_folder(folder);
  std::string temporary = (folder / ("." + path.filename().string() + ".XXXXXX")).string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) throw infrastructure(fmt::format("{}: cannot be written: {}", path.string(), reason()));
  const Descriptor file(fd);
  try {
    write_all(fd, bytes, path);
    if (::fchmod(fd, 0644) != 0 || ::fsync(fd) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
      throw infrastructure(fmt::format("{}: cannot be written: {}", path.string(), reason()));
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(folder);
}

void append_line(const fs::path& path, std::string_view line) {
  make_folder(folder_of(path));
  const Descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!file.valid()) throw infrastructure(fmt::format("{}: cannot be written: {}", path.string(), reason()));
  std::string bytes;
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  char last = '\n';
  if (size > 0 && ::pread(file.get(), &last, 1, size - 1) == 1 && last != '\n') bytes += '\n';
  bytes.append(line);
  bytes += '\n';
  write_all(file.get(), bytes, path);
  if (::fsync(file.get()) != 0)
    throw infrastructure(fmt::format("{}: cannot be written: {}", path.string(), reason()));
}

FileLock::FileLock(const fs::path& path) : fd_(-1) {
  make_folder(folder_of(path));
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) throw infrastructure(fmt::format("{}: cannot be locked: {}", path.string(), reason()));
  while (::flock(fd_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const std::string why = reason();
    ::close(fd_);
    throw infrastructure(fmt::format("{}: cannot be locked: {}", path.string(), why));
  }
}

FileLock::~FileLock() { ::close(fd_); }

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "mls-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw infrastructure(fmt::format("{}: cannot be made: {}", name, reason()));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mls
