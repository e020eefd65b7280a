#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/locations.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::evaluate {
namespace {

/// Offset of the first byte that does not belong to a well-formed UTF-8 sequence, or npos.
std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    std::uint32_t code = 0;
    std::uint32_t least = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (lead >> 5 == 0x6)
      more = 1, code = lead & 0x1f, least = 0x80;
    else if (lead >> 4 == 0xe)
      more = 2, code = lead & 0x0f, least = 0x800;
    else if (lead >> 3 == 0x1e)
      more = 3, code = lead & 0x07, least = 0x10000;
    else
      return i;
    if (i + more >= text.size() + (more == 0 ? 1 : 0)) return i;
    for (std::size_t k = 1; k <= more; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if (byte >> 6 != 0x2) return i;
      code = code << 6 | (byte & 0x3f);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return i;
    i += more + 1;
  }
  return std::string_view::npos;
}

std::string rejection_of(std::string_view source) {
  if (source.size() > max_method_bytes) {
    return fmt::format("the method holds {} bytes; at most {} are allowed", source.size(), max_method_bytes);
  }
  if (source.find_first_not_of(" \t\r\n") == std::string_view::npos) return "the method is empty";
  if (const std::size_t at = source.find('\0'); at != std::string_view::npos) {
    return fmt::format("the method has a zero byte at offset {}; C++ source text is expected", at);
  }
  if (const std::size_t at = first_invalid_utf8(source); at != std::string_view::npos) {
    return fmt::format("the method is not UTF-8 text: bad byte at offset {}", at);
  }
  return "";
}

}  // namespace

Method method_from_source(std::string source) {
  std::string sha256 = sha256_hex(source);
  std::string rejection = rejection_of(source);
  return {std::move(source), std::move(sha256), std::move(rejection)};
}

Method load_method(const std::filesystem::path& path) {
  const auto status = std::filesystem::symlink_status(path);
  if (!std::filesystem::exists(status)) {
    throw bad_input(
        fmt::format("{}: does not exist; give the path of the method's source file", path.string()));
  }
  const auto rejected = [](std::string why) { return Method{"", sha256_hex(""), std::move(why)}; };
  if (!std::filesystem::is_regular_file(status)) {
    return rejected(fmt::format("{} is not a regular file (links, folders and devices are not followed)",
                                path.filename().string()));
  }
  if (const auto size = std::filesystem::file_size(path); size > max_method_bytes) {
    return rejected(fmt::format("the method holds {} bytes; at most {} are allowed", size, max_method_bytes));
  }
  return method_from_source(read_untrusted_file(path, max_method_bytes));
}

Places default_places() { return {repository_root(), user_home(), build_folder()}; }

SealKey public_seal() { return {"mls-bench public seal key", "public"}; }

SealKey load_seal(const std::filesystem::path& file) {
  const std::string remedy = fmt::format("make one, for instance: openssl rand -out {} 32", file.string());
  SealKey key;
  try {
    key.bytes = read_file(file, 4096);
  } catch (const Error& error) {
    throw bad_input(
        fmt::format("{}; a file with a seal key of at least 16 bytes is expected; {}", error.what(), remedy));
  }
  if (key.bytes.size() < 16) {
    throw bad_input(fmt::format("{}: a seal key of at least 16 bytes is expected, {} found; {}",
                                file.string(), key.bytes.size(), remedy));
  }
  key.id = sha256_hex("mls-bench seal id" + key.bytes).substr(0, 16);
  return key;
}

}  // namespace mls::evaluate
