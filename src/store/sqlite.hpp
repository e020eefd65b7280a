// The little of SQLite's C interface that the index needs, with owners and exceptions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mls::store {

/// What SQLite says went wrong. The index can always be rebuilt, so callers catch this and do so.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(const std::string& message, bool disk_full)
      : std::runtime_error(message), disk_full_(disk_full) {}
  [[nodiscard]] bool disk_full() const { return disk_full_; }

 private:
  bool disk_full_;
};

/// A prepared statement. Bind in order, then step until it returns false; rewind() for the next use.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);

  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(std::int64_t{value}); }
  Statement& bind(double value);
  Statement& bind(std::optional<double> value);
  /// True when there is a row.
  bool step();
  /// Steps a statement without rows to its end and rewinds it.
  void execute();
  void rewind();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::optional<double> maybe_real(int column) const;

 private:
  void check(int code) const;

  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
  int bound_ = 0;
};

/// An open database, write-ahead logged, waiting up to ten seconds for other processes.
class Database {
 public:
  explicit Database(const std::filesystem::path& file);
  void run(const char* sql);
  [[nodiscard]] Statement prepare(std::string_view sql) { return {handle_.get(), sql}; }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_;
};

}  // namespace mls::store
