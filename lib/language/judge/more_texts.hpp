// Further domains beside those of corpus.hpp: formal proofs and short sayings.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "lib/language/judge/corpus.hpp"

namespace mls::language {

/// Pieces of about `length` bytes of a Metamath database, each cut at the end of a line that ends a
/// statement. Together they are the text; comments, which are prose, stay. `length` >= 1.
[[nodiscard]] Documents pieces_of_proofs(std::string_view database, std::size_t length);

/// A file of fortunes, entries apart by lines with a percent sign, as one text with blank lines between
/// entries.
[[nodiscard]] std::string without_separators(std::string_view fortunes);

/// Pack metamath: 3 MB out of set.mm (bytes 5,000,000 to 8,000,000: set theory and arithmetic, past the
/// axioms), cleaned, in pieces of about 64 KB. Throws bad_input when the file is missing or shorter.
[[nodiscard]] Documents read_proofs(const std::filesystem::path& folder);

/// Pack fortunes: one document for each topic, cleaned, in the order of their names. Throws bad_input when
/// there is none.
[[nodiscard]] Documents read_fortunes(const std::filesystem::path& folder);

}  // namespace mls::language
