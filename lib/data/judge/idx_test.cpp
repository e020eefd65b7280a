#include "lib/data/judge/idx.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/rng.hpp"
#include "lib/data/judge/inflate.hpp"

namespace mls::data {
namespace {

using namespace std::string_literals;

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string result(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

const std::string two_by_three = "\0\0\x08\x02\0\0\0\x02\0\0\0\x03"s + "\x01\x02\x03\x04\x05\xff"s;

std::string failure(const std::string& bytes) {
  try {
    (void)decode_idx(bytes, "x.idx");
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    EXPECT_TRUE(std::string(error.what()).starts_with("x.idx: ")) << error.what();
    return error.what();
  }
}

TEST(Idx, ReadsPlainAndCompressedFiles) {
  for (const std::string& bytes : {two_by_three, gzip(two_by_three)}) {
    const TemporaryFolder folder;
    write_atomic(folder.path() / "x", bytes);
    const ByteArray array = read_idx(folder.path() / "x");
    EXPECT_EQ(array.shape, (Shape{2, 3}));
    EXPECT_EQ(array.values, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255}));
  }
}

TEST(Idx, AnExtentMayBeZero) {
  const ByteArray array = decode_idx("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"s, "x.idx");
  EXPECT_EQ(array.shape, (Shape{4294967295, 4294967295, 0}));
  EXPECT_TRUE(array.values.empty());
}

TEST(Idx, SaysWhatIsWrong) {
  EXPECT_NE(failure("").find("no IDX file"), std::string::npos);
  EXPECT_NE(failure("hello").find("no IDX file"), std::string::npos);
  EXPECT_NE(failure("\0\0\x0d\x01\0\0\0\0"s).find("element type 0x0d"), std::string::npos);
  EXPECT_NE(failure("\0\0\x08\x00"s).find("0 dimensions"), std::string::npos);
  EXPECT_NE(failure("\0\0\x08\x02\0\0\0\x02\0"s).find("within the IDX header"), std::string::npos);
  EXPECT_NE(failure(two_by_three.substr(0, 17)).find("announces [2, 3] but 5 bytes follow"),
            std::string::npos);
  EXPECT_NE(failure(two_by_three + "x").find("7 bytes follow"), std::string::npos);
  EXPECT_NE(failure("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s).find("0 bytes follow"),
            std::string::npos);
  const std::string compressed = gzip(two_by_three);
  EXPECT_NE(failure(compressed.substr(0, compressed.size() - 1)).find("truncated or damaged"),
            std::string::npos);
}

TEST(Idx, RandomChangesGiveAValueOrAnError) {
  Rng rng(5);
  for (const std::string& valid : {two_by_three, gzip(two_by_three)}) {
    for (int round = 0; round < 3000; ++round) {
      std::string bytes = valid;
      for (std::uint64_t changes = 1 + rng.below(4); changes > 0; --changes) {
        bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
      }
      bytes.resize(1 + rng.below(bytes.size() + 3));
      (void)failure(bytes);
    }
  }
}

TEST(Inflate, RefusesMoreThanTheLimit) {
  const std::string compressed = gzip(std::string(100'000, 'x'));
  EXPECT_EQ(inflate(compressed, "x", 100'000).size(), 100'000U);
  EXPECT_THROW((void)inflate(compressed, "x", 99'999), Error);
  EXPECT_THROW((void)inflate(std::string(10, 'x'), "x", 9), Error);
}

}  // namespace
}  // namespace mls::data
