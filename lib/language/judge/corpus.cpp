#include "lib/language/judge/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/error.hpp"
#include "core/files.hpp"
#include "lib/data/judge/rdata.hpp"

namespace mls::language {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_window = 1024;

Documents novels(const fs::path& folder) {
  const data::LazyDatabase database(read_file(folder / "Rdata.rdx"), read_file(folder / "Rdata.rdb"),
                                    (folder / "Rdata.rdb").string());
  Documents documents;
  std::vector<std::string> names = database.names();
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const data::RValue object = database.object(name);
    const auto* lines = object.get<data::RValue::Strings>();
    if (lines == nullptr) throw bad_input(fmt::format("{}: {} is not a text", folder.string(), name));
    std::string& text = documents.emplace_back();
    for (const auto& line : *lines) text += line.value_or("") + "\n";
  }
  return documents;
}

std::vector<fs::path> files_in(const fs::path& folder, const auto& wanted) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (wanted(entry.path().filename().string())) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Documents modules(const fs::path& folder) {
  Documents documents;
  for (const fs::path& file : files_in(folder, [](const std::string& name) { return name.ends_with(".py"); }))
    documents.push_back(read_file(file));
  return documents;
}

Documents brown_texts(const fs::path& folder) {
  const auto is_text = [](const std::string& name) { return name.size() == 4 && name[0] == 'c'; };
  Documents documents;
  for (const fs::path& file : files_in(folder, is_text)) documents.push_back(without_tags(read_file(file)));
  return documents;
}

Documents raw_documents(std::string_view kind, const fs::path& folder) {
  if (kind == "prose") return novels(folder);
  if (kind == "code") return modules(folder);
  if (kind == "news") return brown_texts(folder);
  throw bad_input(fmt::format("no texts of kind '{}'; there are prose, code, news", kind));
}

bool joins_the_word_before(std::string_view word) {
  return word.find_first_not_of(".,;:?!'") == std::string_view::npos;
}

/// The next blank-separated piece of `line`, which is shortened by it; empty at the end.
std::string_view next_piece(std::string_view& line) {
  const auto start = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(start);
  const auto end = std::min(line.find_first_of(" \t\r"), line.size());
  const std::string_view piece = line.substr(0, end);
  line.remove_prefix(end);
  return piece;
}

}  // namespace

std::string cleaned(std::string_view text) {
  std::string clean;
  std::size_t newlines = 0;
  for (const char c : text) {
    const char kept = c == '\t' ? ' ' : c;
    if (kept != '\n' && (kept < ' ' || kept > '~')) continue;
    newlines = kept == '\n' ? newlines + 1 : 0;
    if (newlines < 3) clean += kept;
  }
  return clean;
}

std::string without_tags(std::string_view tagged) {
  std::string text;
  while (!tagged.empty()) {
    const auto end = std::min(tagged.find('\n'), tagged.size());
    std::string_view line = tagged.substr(0, end);
    tagged.remove_prefix(std::min(end + 1, tagged.size()));
    std::string sentence;
    for (std::string_view piece = next_piece(line); !piece.empty(); piece = next_piece(line)) {
      const std::string_view word = piece.substr(0, piece.rfind('/'));
      if (!sentence.empty() && !joins_the_word_before(word)) sentence += ' ';
      sentence += word;
    }
    if (!sentence.empty()) text += sentence + "\n";
  }
  return text;
}

Documents read_documents(std::string_view kind, const fs::path& folder) {
  Documents documents = raw_documents(kind, folder);
  if (documents.empty())
    throw bad_input(fmt::format("{}: no texts of kind '{}' here", folder.string(), kind));
  for (std::string& document : documents) document = cleaned(document);
  return documents;
}

Alphabet::Alphabet(const Documents& documents, Rng rng) : number_of_(256, -1) {
  std::vector<bool> occurs(256);
  for (const std::string& document : documents) {
    for (const char c : document) occurs[static_cast<unsigned char>(c)] = true;
  }
  for (int c = 0; c < 256; ++c) {
    if (occurs[static_cast<std::size_t>(c)]) symbols_ += static_cast<char>(c);
  }
  rng.shuffle(std::span(symbols_));
  for (std::size_t i = 0; i < symbols_.size(); ++i)
    number_of_[static_cast<unsigned char>(symbols_[i])] = static_cast<std::int32_t>(i);
}

std::vector<std::int32_t> Alphabet::encoded(std::string_view text) const {
  std::vector<std::int32_t> tokens;
  tokens.reserve(text.size());
  for (const char c : text) {
    const std::int32_t number = number_of_[static_cast<unsigned char>(c)];
    if (number >= 0) tokens.push_back(number);
  }
  return tokens;
}

std::string Alphabet::decoded(std::span<const std::int32_t> tokens) const {
  std::string text;
  for (const std::int32_t token : tokens) text += symbols_.at(static_cast<std::size_t>(token));
  return text;
}

Split split(const Documents& documents, Rng order) {
  std::string text;
  for (const int k : order.permutation(static_cast<int>(documents.size())))
    text += documents[static_cast<std::size_t>(k)];
  const std::size_t cut = text.size() - text.size() / 10;
  return {.training = text.substr(0, cut - std::min(cut, Split::gap)), .validation = text.substr(cut)};
}

Corpus::Corpus(std::vector<std::int32_t> training, std::vector<std::int32_t> validation)
    : training_(std::move(training)), validation_(std::move(validation)) {
  if (std::min(training_.size(), validation_.size()) <= longest_window)
    throw bad_input(fmt::format("a corpus of {} tokens for training and {} for validation is too short",
                                training_.size(), validation_.size()));
}

Corpus::Corpus(const Split& texts, const Alphabet& alphabet)
    : Corpus(alphabet.encoded(texts.training), alphabet.encoded(texts.validation)) {}

Corpus::Corpus(const Documents& documents, const Alphabet& alphabet, Rng order)
    : Corpus(split(documents, order), alphabet) {}

namespace {

void append_window(Windows& windows, std::span<const std::int32_t> stream, std::size_t start) {
  const auto length = static_cast<std::size_t>(windows.length);
  const auto window = stream.subspan(start, length + 1);
  windows.tokens.insert(windows.tokens.end(), window.begin(), window.end() - 1);
  windows.next.insert(windows.next.end(), window.begin() + 1, window.end());
}

}  // namespace

Windows Corpus::batch(std::int64_t count, std::int64_t length, Rng& rng) const {
  Windows windows{.count = count, .length = length, .tokens = {}, .next = {}};
  const auto places = training().size() - static_cast<std::size_t>(length);
  for (std::int64_t k = 0; k < count; ++k) append_window(windows, training(), rng.below(places));
  return windows;
}

Windows Corpus::held_out(std::int64_t count, std::int64_t length) const {
  Windows windows{.count = count, .length = length, .tokens = {}, .next = {}};
  const auto places = validation().size() - static_cast<std::size_t>(length);
  for (std::int64_t k = 0; k < count; ++k)
    append_window(windows, validation(),
                  static_cast<std::size_t>(k) * places / static_cast<std::size_t>(count));
  return windows;
}

}  // namespace mls::language
