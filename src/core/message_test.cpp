#include "core/message.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/rng.hpp"

namespace mls {
namespace {

Message example(const std::vector<double>& x, const std::vector<std::int32_t>& labels,
                const std::vector<std::uint8_t>& bytes) {
  Message message("step");
  message.set("t", 7).set("loss", 0.25).set("done", true).set("name", "first");
  message.add("x", x, {2, 3}).add("labels", labels).add("bytes", bytes);
  return message;
}

struct Fixture : testing::Test {
  std::vector<double> x{1, 2, 3, 4, 5, 6};
  std::vector<std::int32_t> labels{3, 1, 2};
  std::vector<std::uint8_t> bytes{9, 8, 7, 6, 5};
};
using MessageTest = Fixture;

TEST_F(MessageTest, SurvivesEncodingAndDecoding) {
  const StoredMessage stored(encode(example(x, labels, bytes)));
  const Message& m = stored.get();
  EXPECT_EQ(m.kind(), "step");
  EXPECT_EQ(m.integer("t"), 7);
  EXPECT_EQ(m.real("loss"), 0.25);
  EXPECT_EQ(m.real("t"), 7.0);
  EXPECT_TRUE(m.boolean("done"));
  EXPECT_EQ(m.text("name"), "first");
  const auto values = m.values<double>("x", {2, 3});
  EXPECT_EQ(std::vector<double>(values.begin(), values.end()), x);
  const auto ints = m.values<std::int32_t>("labels", {3});
  EXPECT_EQ(std::vector<std::int32_t>(ints.begin(), ints.end()), labels);
  EXPECT_EQ(m.values<std::uint8_t>("bytes").size(), 5U);
}

// MessagePack libraries like to shorten whole numbers to integers.
TEST(MessageReals, KeepTypeSignAndValue) {
  for (const double value :
       {0.0, -0.0, 3.0, -557056.0, 1e300, 0.1, std::numeric_limits<double>::infinity()}) {
    const StoredMessage stored(encode(Message("step").set("loss", value)));
    EXPECT_EQ(stored.get().real("loss"), value);
    EXPECT_EQ(std::signbit(stored.get().real("loss")), std::signbit(value));
    EXPECT_THROW((void)stored.get().integer("loss"), ProtocolError);
  }
}

TEST_F(MessageTest, StaysValidWhenMoved) {
  StoredMessage first(encode(example(x, labels, bytes)));
  const StoredMessage second = std::move(first);
  EXPECT_EQ(second.get().values<double>("x")[5], 6.0);
}

TEST_F(MessageTest, ReadingNamesWhatIsWrong) {
  const StoredMessage stored(encode(example(x, labels, bytes)));
  const Message& m = stored.get();
  const auto text_of = [](const auto& read) -> std::string {
    try {
      read();
    } catch (const ProtocolError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(text_of([&] { (void)m.integer("absent"); }).find("'absent'"), std::string::npos);
  EXPECT_NE(text_of([&] { (void)m.values<float>("x"); }).find("dtype f64; expected f32"), std::string::npos);
  EXPECT_NE(text_of([&] { (void)m.values<double>("x", {3, 2}); }).find("shape [2, 3]; expected [3, 2]"),
            std::string::npos);
  EXPECT_NE(text_of([&] { (void)m.boolean("t"); }).find("boolean"), std::string::npos);
}

TEST_F(MessageTest, ValuesWithAShapeMustBeFinite) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> values{0, bad};
    const StoredMessage stored(encode(Message("m").add("v", values)));
    EXPECT_THROW((void)stored.get().values<double>("v", {2}), ProtocolError);
    EXPECT_EQ(stored.get().values<double>("v").size(), 2U);
  }
}

TEST_F(MessageTest, RefusesEveryTruncation) {
  const std::string whole = encode(example(x, labels, bytes));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(StoredMessage(whole.substr(0, length)), ProtocolError) << length;
  }
  EXPECT_THROW(StoredMessage(whole + std::string(8, '\0')), ProtocolError);
}

// Property: any bytes give a message or a ProtocolError, never a crash, a hang or another exception.
TEST_F(MessageTest, DecoderIsTotalUnderMutation) {
  const std::string whole = encode(example(x, labels, bytes));
  Rng rng(1);
  int refused = 0;
  std::uint64_t read = 0;  // every byte a decoded tensor claims to have must be there (the sanitizers watch)
  for (int round = 0; round < 20000; ++round) {
    std::string mutated = whole;
    const auto changes = 1 + rng.below(4);
    for (std::uint64_t i = 0; i < changes; ++i)
      mutated[rng.below(mutated.size())] = static_cast<char>(rng.below(256));
    try {
      const StoredMessage stored(mutated);
      for (const TensorView& tensor : stored.get().tensors()) {
        for (const std::byte byte : tensor.bytes) read += static_cast<unsigned>(byte);
      }
    } catch (const ProtocolError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(read, 0U);
}

TEST_F(MessageTest, HugeAnnouncedSizesCostNothing) {
  std::string frame = encode(Message("m"));
  for (std::size_t i = 8; i < 16; ++i) frame[i] = static_cast<char>(0xf8);
  EXPECT_THROW((void)decode_prefix(std::as_bytes(std::span(frame)).first(16), 1 << 20), ProtocolError);
  // [“m”, {}, [["t", f64, [2^62, 2^62]]]]: the product overflows 64 bits.
  std::vector<std::byte> header;
  for (const unsigned byte :
       {0x93U, 0xa1U, 0x6dU, 0x80U, 0x91U, 0x93U, 0xa1U, 0x74U, 0x01U, 0x92U, 0xcfU, 0x40U, 0U, 0U,
        0U,    0U,    0U,    0U,    0U,    0xcfU, 0x40U, 0U,    0U,    0U,    0U,    0U,    0U, 0U}) {
    header.push_back(static_cast<std::byte>(byte));
  }
  Message out;
  EXPECT_THROW(decode_frame(header, {}, out), ProtocolError);
}

TEST(MessageBuilding, RefusesAShapeThatDoesNotMatch) {
  const std::vector<double> values{1, 2, 3};
  EXPECT_THROW(Message("m").add("v", values, {2, 2}), std::logic_error);
}

}  // namespace
}  // namespace mls
