#include "lib/language/judge/byte_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <unordered_map>

namespace mls::language {
namespace {

constexpr std::int32_t bytes = 256;
constexpr std::size_t longest_word = 64;

using Tokens = std::vector<std::int32_t>;

enum class Kind { letter, digit, blank, other };

Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return Kind::letter;
  if (byte >= '0' && byte <= '9') return Kind::digit;
  return c == ' ' || (c >= '\t' && c <= '\r') ? Kind::blank : Kind::other;
}

std::size_t end_of_run(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && kind_of(text[end]) == kind_of(text[from])) ++end;
  return end;
}

/// The first word of `text`, which is shortened by it.
std::string_view next_word(std::string_view& text) {
  std::size_t end = end_of_run(text, 0);
  const bool blank = kind_of(text[0]) == Kind::blank;
  if (blank && end < text.size() && text[end - 1] == ' ') {
    // The last space belongs to what follows.
    end = end == 1 ? end_of_run(text, 1) : end - 1;
  }
  end = std::min(end, longest_word);
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

Tokens bytes_of_word(std::string_view word) {
  Tokens tokens;
  tokens.reserve(word.size());
  for (const char c : word) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

void merge_in(Tokens& tokens, std::int32_t left, std::int32_t right, std::int32_t both) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i, ++kept) {
    const bool pair = i + 1 < tokens.size() && tokens[i] == left && tokens[i + 1] == right;
    tokens[kept] = pair ? both : tokens[i];
    if (pair) ++i;
  }
  tokens.resize(kept);
}

std::int64_t key_of(std::int32_t left, std::int32_t right) {
  return std::int64_t{left} << 16 | std::int64_t{right};
}

/// How often each pair of neighbours occurs in a text, while pairs are merged.
class PairCounts {
 public:
  explicit PairCounts(std::string_view text) {
    std::map<std::string_view, std::int64_t> words;
    while (!text.empty()) ++words[next_word(text)];
    for (const auto& [word, count] : words) {
      words_.push_back({bytes_of_word(word), count});
      add(words_.back(), 1);
    }
  }

  struct Pair {
    std::int64_t key = 0;
    std::int64_t count = 0;
  };
  [[nodiscard]] Pair most_frequent() const {
    Pair best;
    for (const auto& [key, count] : counts_) {
      if (count > best.count || (count == best.count && key < best.key)) best = {key, count};
    }
    return best;
  }

  void merge(std::int32_t left, std::int32_t right, std::int32_t both) {
    for (Word& word : words_) {
      if (!contains(word.tokens, left, right)) continue;
      add(word, -1);
      merge_in(word.tokens, left, right, both);
      add(word, 1);
    }
  }

 private:
  struct Word {
    Tokens tokens;
    std::int64_t count = 0;
  };

  static bool contains(const Tokens& tokens, std::int32_t left, std::int32_t right) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i] == left && tokens[i + 1] == right) return true;
    }
    return false;
  }

  void add(const Word& word, std::int64_t sign) {
    for (std::size_t i = 0; i + 1 < word.tokens.size(); ++i) {
      const auto at = counts_.try_emplace(key_of(word.tokens[i], word.tokens[i + 1]), 0).first;
      at->second += sign * word.count;
      if (at->second == 0) counts_.erase(at);
    }
  }

  std::vector<Word> words_;
  std::unordered_map<std::int64_t, std::int64_t> counts_;
};

}  // namespace

BytePairs::BytePairs(std::string_view text, std::int64_t vocabulary, Rng numbers) {
  if (vocabulary < bytes || vocabulary > most_tokens)
    throw std::invalid_argument(
        fmt::format("a vocabulary of {} tokens; it can have {} to {}", vocabulary, bytes, most_tokens));
  std::vector<std::string> learnt;
  learnt.reserve(static_cast<std::size_t>(vocabulary));
  for (int c = 0; c < bytes; ++c) learnt.emplace_back(1, static_cast<char>(c));
  PairCounts counts(text);
  while (static_cast<std::int64_t>(learnt.size()) < vocabulary) {
    const PairCounts::Pair pair = counts.most_frequent();
    if (pair.count < 2) break;
    const Merge merge{static_cast<std::int32_t>(pair.key >> 16),
                      static_cast<std::int32_t>(pair.key & 0xffff)};
    counts.merge(merge.left, merge.right, static_cast<std::int32_t>(learnt.size()));
    learnt.push_back(learnt[static_cast<std::size_t>(merge.left)] +
                     learnt[static_cast<std::size_t>(merge.right)]);
    sorted_merges_.push_back(key_of(merge.left, merge.right) << 32 | std::ssize(merges_));
    merges_.push_back(merge);
  }
  std::ranges::sort(sorted_merges_);
  number_of_ = numbers.permutation(static_cast<int>(learnt.size()));
  texts_.resize(learnt.size());
  for (std::size_t i = 0; i < learnt.size(); ++i)
    texts_[static_cast<std::size_t>(number_of_[i])] = std::move(learnt[i]);
}

Tokens BytePairs::merged(std::string_view word) const {
  // The oldest merge that fits anywhere, then the next: what training did to this word.
  Tokens tokens = bytes_of_word(word);
  while (true) {
    std::int64_t oldest = std::ssize(merges_);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const std::int64_t key = key_of(tokens[i], tokens[i + 1]) << 32;
      const auto at = std::ranges::lower_bound(sorted_merges_, key);
      if (at != sorted_merges_.end() && (*at >> 32) == (key >> 32))
        oldest = std::min(oldest, *at & 0xffffffff);
    }
    if (oldest == std::ssize(merges_)) return tokens;
    const Merge& merge = merges_[static_cast<std::size_t>(oldest)];
    merge_in(tokens, merge.left, merge.right, bytes + static_cast<std::int32_t>(oldest));
  }
}

Tokens BytePairs::encoded(std::string_view text) const {
  std::unordered_map<std::string_view, Tokens> known;
  Tokens tokens;
  while (!text.empty()) {
    const std::string_view word = next_word(text);
    const auto [at, is_new] = known.try_emplace(word);
    if (is_new) {
      at->second = merged(word);
      for (std::int32_t& token : at->second) token = number_of_[static_cast<std::size_t>(token)];
    }
    tokens.insert(tokens.end(), at->second.begin(), at->second.end());
  }
  return tokens;
}

std::string BytePairs::decoded(std::span<const std::int32_t> tokens) const {
  std::string text;
  for (const std::int32_t token : tokens) text += texts_.at(static_cast<std::size_t>(token));
  return text;
}

std::int64_t BytePairs::bytes_of(std::span<const std::int32_t> tokens) const {
  std::int64_t total = 0;
  for (const std::int32_t token : tokens) total += std::ssize(texts_.at(static_cast<std::size_t>(token)));
  return total;
}

double BytePairs::per_byte(double loss_per_token, std::span<const std::int32_t> tokens) const {
  if (tokens.empty()) return 0;
  return loss_per_token * static_cast<double>(tokens.size()) / static_cast<double>(bytes_of(tokens));
}

}  // namespace mls::language
