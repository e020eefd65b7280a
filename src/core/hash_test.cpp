#include "core/hash.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls {
namespace {

TEST(Hash, MatchesPublishedVectors) {
  // FIPS 180-4 and RFC 4231, test case 2.
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hash, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  const std::string bytes(3'000'000, 'q');
  write_atomic(folder.path() / "big", bytes);
  EXPECT_EQ(sha256_file(folder.path() / "big"), sha256(bytes));
  EXPECT_THROW((void)sha256_file(folder.path() / "absent"), Error);
}

TEST(Hash, FirstWordIsLittleEndian) {
  Digest digest{};
  digest[0] = 1;
  digest[1] = 2;
  EXPECT_EQ(first_word(digest), 0x201U);
}

}  // namespace
}  // namespace mls
