#include "lib/language/judge/byte_pairs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace mls::language {
namespace {

constexpr const char* nursery =
    "the cat sat on the mat. the rat sat on the cat. that cat and that rat sat at the mat, 100 times "
    "and 1000 times.\n\n    if the cat sat:\n        the rat ran\n";

/// Words of a small language drawn by chance.
std::string babble(int words, std::uint64_t seed) {
  Rng rng(seed);
  std::string text;
  for (int w = 0; w < words; ++w) {
    for (std::uint64_t syllable = 0; syllable <= rng.below(3); ++syllable) {
      text += "bdklmnrst"[rng.below(9)];
      text += "aeiou"[rng.below(5)];
    }
    text += rng.bernoulli(0.1) ? ".\n" : " ";
  }
  return text;
}

TEST(BytePairs, FirstMergeIsTheMostFrequentPair) {
  // "at" occurs more often than any other pair.
  const BytePairs pairs(nursery, 257, Rng(1));
  ASSERT_EQ(pairs.size(), 257);
  std::string longest;
  for (std::int32_t token = 0; token < 257; ++token) {
    const std::string text = pairs.decoded(std::vector{token});
    if (text.size() > longest.size()) longest = text;
  }
  EXPECT_EQ(longest, "at");
}

TEST(BytePairs, OfEquallyFrequentPairsTheOlderTokensAreMerged) {
  const BytePairs pairs("cd ab cd ab", 257, Rng(1));
  EXPECT_EQ(pairs.encoded("ab").size(), 2U);  // " a", "ab" and "cd" occur twice; the space is oldest
  EXPECT_EQ(pairs.encoded(" ab").size(), 2U);
  EXPECT_EQ(pairs.encoded(" cd").size(), 3U);
}

TEST(BytePairs, AnyBytesDecodeToThemselves) {
  const BytePairs pairs(nursery, 320, Rng(1));
  EXPECT_EQ(pairs.decoded(pairs.encoded(nursery)), nursery);
  EXPECT_TRUE(pairs.encoded("").empty());
  Rng rng(2);
  for (int round = 0; round < 200; ++round) {
    std::string text(rng.below(300), '\0');
    for (char& c : text) c = static_cast<char>(rng.bernoulli(0.5) ? rng.below(256) : "at  \n"[rng.below(5)]);
    EXPECT_EQ(pairs.decoded(pairs.encoded(text)), text);
  }
  const std::string blanks(1000, ' ');
  EXPECT_EQ(pairs.decoded(pairs.encoded(blanks)), blanks);
}

TEST(BytePairs, MoreTokensMakeTextsShorter) {
  const std::string seen = babble(4000, 1);
  const std::string fresh = babble(1000, 2);
  std::size_t before = fresh.size();
  for (const std::int64_t vocabulary : {256, 300, 400}) {
    const std::size_t length = BytePairs(seen, vocabulary, Rng(1)).encoded(fresh).size();
    EXPECT_LE(length, before) << vocabulary;
    before = length;
  }
  EXPECT_LT(before, 0.6 * static_cast<double>(fresh.size()));
}

TEST(BytePairs, WordsAreEncodedOneByOne) {
  const BytePairs pairs(nursery, 320, Rng(1));
  std::vector<std::int32_t> joined = pairs.encoded("the cat");
  const std::vector<std::int32_t> rest = pairs.encoded(" sat, 100");
  joined.insert(joined.end(), rest.begin(), rest.end());
  EXPECT_EQ(joined, pairs.encoded("the cat sat, 100"));
}

TEST(BytePairs, StopsWhenNoPairOccursTwice) {
  EXPECT_EQ(BytePairs("abcabc", 1000, Rng(1)).size(), 256 + 2);  // ab, abc
  EXPECT_EQ(BytePairs("", 1000, Rng(1)).size(), 256);
}

TEST(BytePairs, SameTextSameTokensOtherDrawOtherNumbers) {
  const auto tokens = [](std::uint64_t seed) { return BytePairs(nursery, 300, Rng(seed)).encoded(nursery); };
  EXPECT_EQ(tokens(1), tokens(1));
  EXPECT_NE(tokens(1), tokens(2));
  EXPECT_EQ(tokens(1).size(), tokens(2).size());
  std::vector<std::int32_t> all = tokens(1);
  EXPECT_LT(*std::ranges::max_element(all), 300);
}

TEST(BytePairs, LossesOfVocabulariesCompareByTheByte) {
  // Text of independent, equally likely letters: ln 2 a byte, whichever way it is cut.
  Rng rng(3);
  std::string text;
  for (int i = 0; i < 20000; ++i) text += rng.bernoulli(0.5) ? 'a' : 'b';
  for (const std::int64_t vocabulary : {256, 258, 262}) {
    const BytePairs pairs(text, vocabulary, Rng(1));
    const std::vector<std::int32_t> tokens = pairs.encoded(text);
    EXPECT_EQ(pairs.bytes_of(tokens), 20000);
    // What a model that knows as much loses on a token is ln 2 for each of its letters.
    double loss = 0;
    for (const std::int32_t token : tokens)
      loss += std::log(2.0) * static_cast<double>(pairs.decoded(std::vector{token}).size());
    EXPECT_NEAR(pairs.per_byte(loss / static_cast<double>(tokens.size()), tokens), std::log(2.0), 1e-9);
  }
  EXPECT_EQ(BytePairs("", 256, Rng(1)).per_byte(3, {}), 0);
}

TEST(BytePairs, RefusesVocabulariesOutOfRange) {
  EXPECT_THROW(BytePairs("", 255, Rng(1)), std::invalid_argument);
  EXPECT_THROW(BytePairs("", 40000, Rng(1)), std::invalid_argument);
  EXPECT_THROW((void)BytePairs("", 256, Rng(1)).decoded(std::vector<std::int32_t>{256}), std::out_of_range);
  EXPECT_THROW((void)BytePairs("", 256, Rng(1)).decoded(std::vector<std::int32_t>{-1}), std::out_of_range);
}

}  // namespace
}  // namespace mls::language
