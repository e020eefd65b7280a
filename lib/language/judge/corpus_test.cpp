#include "lib/language/judge/corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "lib/language/judge/byte_pairs.hpp"

namespace mls::language {
namespace {

/// Documents in which every token says where it stands: the k-th is `length` times a letter, numbered.
Documents letters(int count, std::size_t length) {
  Documents documents;
  for (int k = 0; k < count; ++k) documents.emplace_back(length, static_cast<char>('a' + k));
  return documents;
}

TEST(Corpus, CleansToAscii) { EXPECT_EQ(cleaned("a\tb\r\n\n\n\nc\xc3\xa9~\x7f"), "a b\n\nc~"); }

TEST(Corpus, TakesTagsOff) {
  EXPECT_EQ(without_tags("\n\n\tThe/at jury/nn said/vbd ,/, ``/`` No/at ''/'' 1/2/cd ./.\n\tNext/ap\n"),
            "The jury said, `` No'' 1/2.\nNext\n");
}

TEST(Corpus, RefusesUnknownKinds) {
  EXPECT_THROW((void)read_documents("verse", "/"), Error);
  EXPECT_THROW((void)read_documents("code", "/proc/self/fdinfo"), Error);
}

TEST(Alphabet, RoundTripsWhatItKnows) {
  const Alphabet alphabet({"hello, world\n"}, Rng(1));
  EXPECT_EQ(alphabet.size(), 10);
  const std::string text = "world hello\n";
  EXPECT_EQ(alphabet.decoded(alphabet.encoded(text)), text);
  EXPECT_EQ(alphabet.decoded(alphabet.encoded("hxex")), "he");
  EXPECT_THROW((void)alphabet.decoded(std::vector<std::int32_t>{10}), std::out_of_range);
}

TEST(Alphabet, NumbersDifferFromSettingToSetting) {
  const Documents documents{"abcdefghijklmnopqrstuvwxyz"};
  EXPECT_NE(Alphabet(documents, Rng(1)).encoded("abcdef"), Alphabet(documents, Rng(2)).encoded("abcdef"));
}

TEST(Corpus, PartsAreTheStreamButForTheGap) {
  const Documents documents = letters(20, 3000);
  const Alphabet alphabet(documents, Rng(1));
  const Corpus corpus(documents, alphabet, Rng(2));
  EXPECT_EQ(corpus.validation().size(), 6000U);
  EXPECT_EQ(corpus.training().size(), 60000 - 6000 - Split::gap);
  // The last two documents are held out; the gap is longer than one, so they share no letter with what comes
  // before.
  for (const std::int32_t token : corpus.validation())
    EXPECT_EQ(std::ranges::count(corpus.training(), token), 0);
}

TEST(Corpus, WindowsAreFollowedByWhatFollows) {
  const Documents documents{std::string(20000, 'a') + std::string(20000, 'b')};
  const Alphabet alphabet(documents, Rng(1));
  const Corpus corpus(documents, alphabet, Rng(2));
  Rng rng(3);
  const Windows batch = corpus.batch(5, 100, rng);
  ASSERT_EQ(batch.tokens.size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) {
    if (i % 100 != 99) {
      EXPECT_EQ(batch.next[i], batch.tokens[i + 1]);
    }
  }
  const Windows held_out = corpus.held_out(7, 64);
  EXPECT_EQ(held_out.next.size(), 7U * 64);
  EXPECT_EQ(held_out.tokens, corpus.held_out(7, 64).tokens);
}

TEST(Corpus, TakesTokensOfSeveralBytes) {
  std::string document;
  for (int k = 0; k < 100; ++k) document += "the cat and the dog and the rat\n";
  const Split texts = split(Documents(50, document), Rng(1));
  const BytePairs tokens(texts.training, 270, Rng(2));
  const Corpus corpus(tokens.encoded(texts.training), tokens.encoded(texts.validation));
  EXPECT_EQ(tokens.decoded(corpus.training()), texts.training);
  EXPECT_EQ(tokens.decoded(corpus.validation()), texts.validation);
  EXPECT_LT(corpus.training().size(), texts.training.size() / 2);
}

TEST(Corpus, TooShortIsRefused) {
  const Documents documents{"short"};
  const Alphabet alphabet(documents, Rng(1));
  EXPECT_THROW(Corpus(documents, alphabet, Rng(2)), Error);
}

}  // namespace
}  // namespace mls::language
