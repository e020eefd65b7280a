// For the targets.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::fuzz {

[[noreturn]] inline void fail(const std::string& promise) {
  std::fprintf(stderr, "broken promise: %s\n", promise.c_str());
  std::abort();
}

inline void require(bool kept, const char* promise) {
  if (!kept) fail(promise);
}

/// Runs a reader that may refuse its input, as bad input and never as a fault of our own. Any other exception
/// escapes.
inline void may_refuse(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    require(error.fault() == Fault::bad_input, error.what());
    require(*error.what() != '\0', "an error has a message");
  }
}

/// Lays the bytes down for readers of files; fast when TMPDIR is in memory.
inline void lay(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  require(static_cast<bool>(file.flush()), "a temporary file can be written");
}

/// For readers that see through compression: far less than they allow by themselves, so that a small input
/// that inflates to the limit neither looks like an allocation without bounds nor takes seconds.
inline constexpr std::size_t inflate_limit = std::size_t{16} << 20;

/// One for the whole life of the program.
inline const std::filesystem::path& scratch() {
  static const TemporaryFolder folder;
  return folder.path();
}

}  // namespace mls::fuzz
