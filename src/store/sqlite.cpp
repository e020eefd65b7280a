#include "store/sqlite.hpp"

#include <sqlite3.h>

namespace mls::store {
namespace {

DatabaseError failure(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  return {sqlite3_errmsg(database), code == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR};
}

sqlite3_stmt* prepared(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK) {
    throw failure(database);
  }
  return statement;
}

sqlite3* opened(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) {
    const DatabaseError error = failure(database);
    sqlite3_close(database);
    throw error;
  }
  return database;
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql)
    : statement_(prepared(database, sql), &sqlite3_finalize) {}

void Statement::check(int code) const {
  if (code != SQLITE_OK) throw failure(sqlite3_db_handle(statement_.get()));
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::bind(double value) {
  check(sqlite3_bind_double(statement_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::bind(std::optional<double> value) {
  if (value) return bind(*value);
  check(sqlite3_bind_null(statement_.get(), ++bound_));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw failure(sqlite3_db_handle(statement_.get()));
  return false;
}

void Statement::execute() {
  while (step()) {
  }
  rewind();
}

void Statement::rewind() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::optional<double> Statement::maybe_real(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return real(column);
}

Database::Database(const std::filesystem::path& file) : handle_(opened(file), &sqlite3_close) {
  sqlite3_busy_timeout(handle_.get(), 10'000);
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
}

void Database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw failure(handle_.get());
}

}  // namespace mls::store
