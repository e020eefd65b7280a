#include "attacks/recipe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/error.hpp"
#include "core/text.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_written_bytes = std::size_t{8} << 20;
constexpr std::uintmax_t max_sparse_bytes = std::uintmax_t{1} << 40;

/// One statement's words, with errors that name its line.
class Statement {
 public:
  Statement(std::string_view text, int line) : rest_(text), line_(line) {}

  [[nodiscard]] Error fault(const std::string& what) const {
    return bad_input(fmt::format("recipe line {}: {}", line_, what));
  }

  [[nodiscard]] bool done() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    return rest_.empty();
  }

  [[nodiscard]] std::string word() {
    if (done()) throw fault("a word is missing at its end");
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  [[nodiscard]] std::uintmax_t number(std::string_view text) const {
    std::uintmax_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
      throw fault(fmt::format("\"{}\" is no number", text));
    return value;
  }

  /// "..." with escapes.
  [[nodiscard]] std::string quoted() {
    if (done() || rest_.front() != '"') throw fault("a text in quotes is expected");
    rest_.remove_prefix(1);
    std::string text;
    while (true) {
      if (rest_.empty()) throw fault("a quote is not closed");
      const char c = take();
      if (c == '"') return text;
      text += c == '\\' ? escape() : c;
    }
  }

  /// The parts up to the line's end.
  [[nodiscard]] std::string parts(const std::string& start_method) {
    std::string bytes;
    while (!done()) {
      std::uintmax_t count = 1;
      if (rest_.front() != '"') {
        const std::size_t star = rest_.find("*\"");
        const std::string_view head = rest_.substr(0, std::min(star, rest_.find(' ')));
        if (head == "start" || head == "utf16") {
          rest_.remove_prefix(head.size());
          bytes += head == "start" ? start_method : utf16(start_method);
          continue;
        }
        count = number(head);
        rest_.remove_prefix(std::min(head.size() + 1, rest_.size()));
      }
      const std::string text = quoted();
      if (count > max_written_bytes || text.size() * count > max_written_bytes)
        throw fault("writes more than 8 MiB");
      for (std::uintmax_t i = 0; i < count; ++i) bytes += text;
      if (bytes.size() > max_written_bytes) throw fault("writes more than 8 MiB");
    }
    return bytes;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  char escape() {
    if (rest_.empty()) throw fault("ends in the middle of an escape");
    const char c = take();
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c == '\\' || c == '"') return c;
    unsigned value = 0;
    if (c == 'x' && rest_.size() >= 2) {
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 2, value, 16);
      if (error == std::errc{} && end == rest_.data() + 2) {
        rest_.remove_prefix(2);
        return static_cast<char>(value);
      }
    }
    throw fault("an escape is none of \\n \\t \\\\ \\\" \\xHH");
  }

  static std::string utf16(std::string_view ascii) {
    std::string bytes = "\xff\xfe";
    for (const char c : ascii) bytes += {c, '\0'};
    return bytes;
  }

  std::string_view rest_;
  int line_;
};

class Kitchen {
 public:
  Kitchen(fs::path workspace, const std::string& start_method)
      : workspace_(std::move(workspace)), start_method_(start_method) {}

  void carry_out(Statement statement) {
    if (statement.done()) return;
    const std::string verb = statement.word();
    if (verb == "label") {
      label_ = statement.quoted();
    } else if (verb == "write") {
      const fs::path path = place(statement);
      write(statement, path, statement.parts(start_method_));
    } else if (verb == "sparse") {
      sparse(statement);
    } else if (verb == "symlink") {
      const fs::path path = place(statement);
      attempt(statement, [&](std::error_code& error) { fs::create_symlink(statement.word(), path, error); });
    } else if (verb == "hardlink") {
      const fs::path path = place(statement);
      const fs::path target = workspace_ / inside(statement);
      attempt(statement, [&](std::error_code& error) { fs::create_hard_link(target, path, error); });
    } else if (verb == "fifo") {
      if (::mkfifo(place(statement).c_str(), 0600) != 0) throw statement.fault(std::strerror(errno));
    } else if (verb == "socket") {
      socket(statement);
    } else if (verb == "folder") {
      const fs::path path = place(statement);
      attempt(statement, [&](std::error_code& error) { fs::create_directories(path, error); });
    } else if (verb == "remove") {
      (void)place(statement);
    } else {
      throw statement.fault(fmt::format(
          "\"{}\" is none of write, sparse, symlink, hardlink, fifo, socket, folder, remove, label",
          plain_text(verb, 40)));
    }
    if (!statement.done()) throw statement.fault("words are left at its end");
  }

  [[nodiscard]] const std::optional<std::string>& label() const { return label_; }

 private:
  static fs::path inside(Statement& statement) {
    const fs::path path = statement.word();
    const bool upwards =
        std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
    if (path.is_absolute() || upwards || path.string().find('\0') != std::string::npos) {
      throw statement.fault("a path must lie in the workspace");
    }
    return path;
  }

  /// Where a new thing goes; what lies there is removed.
  fs::path place(Statement& statement) const {
    const fs::path path = workspace_ / inside(statement);
    const fs::path real = fs::weakly_canonical(path.parent_path());
    const fs::path below = real.lexically_relative(fs::canonical(workspace_));
    if (below.empty() || *below.begin() == "..") throw statement.fault("a path leads out of the workspace");
    attempt(statement, [&](std::error_code& error) {
      fs::create_directories(path.parent_path(), error);
      if (!error) fs::remove_all(path, error);
    });
    return path;
  }

  template <typename Action>
  static void attempt(const Statement& statement, const Action& action) {
    std::error_code error;
    action(error);
    if (error) throw statement.fault(error.message());
  }

  static void write(const Statement& statement, const fs::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw statement.fault("the file cannot be written");
  }

  void sparse(Statement& statement) const {
    const fs::path path = place(statement);
    const std::uintmax_t size = statement.number(statement.word());
    if (size > max_sparse_bytes) throw statement.fault("asks for more than 1 TiB");
    write(statement, path, "");
    attempt(statement, [&](std::error_code& error) { fs::resize_file(path, size, error); });
  }

  void socket(Statement& statement) const {
    const fs::path path = place(statement);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof address.sun_path)
      throw statement.fault("the path is too long for a socket");
    std::strcpy(address.sun_path, path.c_str());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound =
        fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (fd >= 0) ::close(fd);
    if (!bound) throw statement.fault("the socket cannot be made");
  }

  fs::path workspace_;
  const std::string& start_method_;
  std::optional<std::string> label_;
};

}  // namespace

std::optional<std::string> carry_out(std::string_view recipe, const fs::path& workspace,
                                     const std::string& start_method) {
  Kitchen kitchen(workspace, start_method);
  for (int line = 1; !recipe.empty(); ++line) {
    const std::size_t end = std::min(recipe.find('\n'), recipe.size());
    const std::string_view text = recipe.substr(0, end);
    if (!text.starts_with('#')) kitchen.carry_out({text, line});
    recipe.remove_prefix(std::min(end + 1, recipe.size()));
  }
  return kitchen.label();
}

}  // namespace mls::attacks
