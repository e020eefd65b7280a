// Texts of data packs as streams of tokens: read, cleaned to ASCII, put in order, split, and drawn from.
//
// Everybody knows these texts. So an order of the documents, hence the split, and the numbers of the symbols
// are drawn anew per setting: nothing carried along from the texts fits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.hpp"

namespace mls::language {

using Documents = std::vector<std::string>;

/// Printable ASCII and newlines: other bytes vanish, tabs become blanks, and of three or more newlines two
/// are left.
[[nodiscard]] std::string cleaned(std::string_view text);

/// Words of a text of the Brown corpus without their tags, in sentences of one line each; punctuation joins
/// the word before it.
[[nodiscard]] std::string without_tags(std::string_view tagged);

/// All documents of a pack, cleaned, in the order of their names. Kinds and the folders they are read from:
/// "prose" (pack janeaustenr: six novels), "code" (pack python-stdlib: modules), "news" (pack brown: texts of
/// fifteen genres). Throws bad_input for another kind, or a folder without such files.
[[nodiscard]] Documents read_documents(std::string_view kind, const std::filesystem::path& folder);

/// Numbers 0 ... size - 1 for the symbols of a text, in random order.
class Alphabet {
 public:
  /// Of all symbols that occur in the documents.
  Alphabet(const Documents& documents, Rng rng);
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(symbols_.size()); }
  /// Symbols that are not in the alphabet are left out.
  [[nodiscard]] std::vector<std::int32_t> encoded(std::string_view text) const;
  /// Numbers outside 0 ... size - 1: std::out_of_range.
  [[nodiscard]] std::string decoded(std::span<const std::int32_t> tokens) const;

 private:
  std::string symbols_;
  std::vector<std::int32_t> number_of_;  // by byte; -1: not in the alphabet
};

/// `count` windows of `length` tokens and the token that follows each position: row-major [count, length].
struct Windows {
  std::int64_t count = 0;
  std::int64_t length = 0;
  std::vector<std::int64_t> tokens;
  std::vector<std::int64_t> next;
};

/// The texts of one domain, in two parts that never touch.
struct Split {
  static constexpr std::size_t gap = 4096;  ///< bytes left out between the two

  std::string training;
  std::string validation;
};

/// Documents in random order, joined; the last tenth is for validation.
[[nodiscard]] Split split(const Documents& documents, Rng order);

/// One domain: a stream for training and one for validation.
class Corpus {
 public:
  /// Throws bad_input when a part is without a window of 1,024 tokens.
  Corpus(std::vector<std::int32_t> training, std::vector<std::int32_t> validation);
  /// split() of the documents, symbol by symbol. Other tokens (byte_pairs.hpp) are to be learnt from the
  /// split's training part.
  Corpus(const Documents& documents, const Alphabet& alphabet, Rng order);

  [[nodiscard]] std::span<const std::int32_t> training() const { return training_; }
  [[nodiscard]] std::span<const std::int32_t> validation() const { return validation_; }
  /// Windows at uniformly random places of the training part.
  [[nodiscard]] Windows batch(std::int64_t count, std::int64_t length, Rng& rng) const;
  /// Windows spread evenly over the validation part.
  [[nodiscard]] Windows held_out(std::int64_t count, std::int64_t length) const;

 private:
  Corpus(const Split& texts, const Alphabet& alphabet);

  std::vector<std::int32_t> training_;
  std::vector<std::int32_t> validation_;
};

}  // namespace mls::language
