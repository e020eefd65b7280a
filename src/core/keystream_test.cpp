#include "core/keystream.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <span>
#include <vector>

namespace mls {
namespace {

constexpr StreamKey key{1, 2, 3, 4, 5, 6, 7, 8};

std::vector<std::uint32_t> stream(const StreamKey& of, std::size_t count, std::uint32_t number = 0) {
  std::vector<std::uint32_t> words(count, 0);
  apply_keystream(of, number, words);
  return words;
}

/// Share of bits in which two arrays differ.
double distance(std::span<const std::uint32_t> one, std::span<const std::uint32_t> other) {
  int bits = 0;
  for (std::size_t i = 0; i < one.size(); ++i) bits += std::popcount(one[i] ^ other[i]);
  return bits / (32.0 * static_cast<double>(one.size()));
}

TEST(Keystream, ZeroKeyGivesThePublishedBlock) {
  // ChaCha8, 256-bit key of zeros, nonce and counter 0: first bytes 3e 00 ef 2f 89 5f 40 d6
  // (draft-strombergson-chacha-test-vectors-01, TC1). Word w of block 0 stands at 8 w.
  const auto words = stream({}, 128);
  EXPECT_EQ(words[0], 0x2fef003eU);
  EXPECT_EQ(words[8], 0xd6405f89U);
}

TEST(Keystream, TwiceGivesBackAnyLength) {
  for (const std::size_t size : {0UL, 1UL, 127UL, 128UL, 129UL, 1000UL}) {
    std::vector<std::uint32_t> words(size);
    for (std::size_t i = 0; i < size; ++i) words[i] = static_cast<std::uint32_t>(i * 77);
    const auto before = words;
    apply_keystream(key, 3, words);
    if (size > 0) {
      EXPECT_NE(words, before);
    }
    apply_keystream(key, 3, words);
    EXPECT_EQ(words, before);
  }
}

TEST(Keystream, DoesNotRepeatItself) {
  const auto words = stream(key, 128 * 40);
  const std::vector<std::uint32_t> first(words.begin(), words.begin() + 128);
  for (std::size_t at = 128; at < words.size(); at += 128) {
    EXPECT_NEAR(distance(first, std::span(words).subspan(at, 128)), 0.5, 0.05);
  }
}

TEST(Keystream, StreamsDiffer) { EXPECT_NEAR(distance(stream(key, 512), stream(key, 512, 1)), 0.5, 0.03); }

TEST(Keystream, EveryBitOfTheKeyChangesHalfOfIt) {
  const auto base = stream(key, 512);
  for (std::size_t bit = 0; bit < 256; bit += 17) {
    StreamKey other = key;
    other[bit / 32] ^= 1U << (bit % 32);
    EXPECT_NEAR(distance(base, stream(other, 512)), 0.5, 0.03);
  }
}

}  // namespace
}  // namespace mls
