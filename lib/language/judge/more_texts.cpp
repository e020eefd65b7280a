#include "lib/language/judge/more_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::language {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t first_byte = 5'000'000;
constexpr std::size_t proof_bytes = 3'000'000;
constexpr std::size_t piece_bytes = 65'536;
constexpr std::size_t largest_file = std::size_t{64} << 20;

void clean_all(Documents& documents) {
  for (std::string& document : documents) document = cleaned(document);
}

}  // namespace

Documents pieces_of_proofs(std::string_view database, std::size_t length) {
  constexpr std::string_view end_of_statement = " $.\n";
  Documents pieces;
  while (!database.empty()) {
    const auto at = database.find(end_of_statement, length - 1);
    const auto end = at == std::string_view::npos ? database.size() : at + end_of_statement.size();
    pieces.emplace_back(database.substr(0, end));
    database.remove_prefix(end);
  }
  return pieces;
}

std::string without_separators(std::string_view fortunes) {
  std::string text;
  while (!fortunes.empty()) {
    const auto end = std::min(fortunes.find('\n'), fortunes.size());
    const std::string_view line = fortunes.substr(0, end);
    fortunes.remove_prefix(std::min(end + 1, fortunes.size()));
    if (line != "%") text += line;
    text += '\n';
  }
  return text;
}

Documents read_proofs(const fs::path& folder) {
  const fs::path file = folder / "set.mm";
  if (!fs::is_regular_file(file))
    throw bad_input(fmt::format("{}: not there; it is part of pack metamath", file.string()));
  const std::string all = read_file(file, largest_file);
  if (all.size() < first_byte + proof_bytes)
    throw bad_input(fmt::format("{}: {} bytes, expected at least {}", file.string(), all.size(),
                                first_byte + proof_bytes));
  Documents documents = pieces_of_proofs(std::string_view(all).substr(first_byte, proof_bytes), piece_bytes);
  clean_all(documents);
  return documents;
}

Documents read_fortunes(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Documents documents;
  for (const fs::path& file : files) documents.push_back(without_separators(read_file(file)));
  if (documents.empty()) throw bad_input(fmt::format("{}: no fortunes here", folder.string()));
  clean_all(documents);
  return documents;
}

}  // namespace mls::language
