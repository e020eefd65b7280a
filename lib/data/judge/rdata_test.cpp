#include "lib/data/judge/rdata.hpp"

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <zlib.h>

#include <bit>
#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/rng.hpp"

namespace mls::data {
namespace {

/// Writes what R's serialize() writes.
class Writer {
 public:
  explicit Writer(int version = 2) {
    text("X\n")
        .word(static_cast<std::uint32_t>(version))
        .word(0x00040202)
        .word(version == 3 ? 0x00030500 : 0x00020300);
    if (version == 3) word(5).text("UTF-8");
  }
  Writer& text(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  Writer& word(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift & 0xFFU);
    return *this;
  }
  Writer& real(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return word(static_cast<std::uint32_t>(bits >> 32U)).word(static_cast<std::uint32_t>(bits));
  }
  Writer& string(std::string_view value, std::uint32_t flags = 0x40009) {
    return word(flags).word(static_cast<std::uint32_t>(value.size())).text(value);
  }
  Writer& na_string() { return word(9).word(0xFFFFFFFFU); }
  Writer& new_symbol(std::string_view name) { return word(1).string(name); }
  Writer& tagged(std::string_view name) {
    return word(0x402).new_symbol(name);
  }  // pairlist cell with a new tag
  Writer& end() { return word(254); }
  Writer& integers(const std::vector<std::int32_t>& values, std::uint32_t flags = 13) {
    word(flags).word(static_cast<std::uint32_t>(values.size()));
    for (const std::int32_t value : values) word(static_cast<std::uint32_t>(value));
    return *this;
  }
  Writer& reals(const std::vector<double>& values, std::uint32_t flags = 14) {
    word(flags).word(static_cast<std::uint32_t>(values.size()));
    for (const double value : values) real(value);
    return *this;
  }
  Writer& strings(const std::vector<std::string>& values) {
    word(16).word(static_cast<std::uint32_t>(values.size()));
    for (const std::string& value : values) string(value);
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string rda() const { return (bytes_[5] == 3 ? "RDX3\n" : "RDX2\n") + bytes_; }

 private:
  std::string bytes_;
};

/// A data frame with a real, an integer and a factor column, saved as `frame`, and a list saved as `other`.
std::string frame_rda(int version = 2) {
  Writer w(version);
  w.tagged("frame").word(0x313).word(3);                          // list with attributes and class
  w.reals({1.5, -2, std::nan("")});                               //
  w.integers({7, RValue::na, 9});                                 //
  w.integers({2, 1, RValue::na}, 0x30D);                          // factor
  w.tagged("levels").strings({"low", "high"});                    // symbol 2
  w.tagged("class").strings({"factor"}).end();                    // symbol 3
  w.tagged("names").strings({"x", "n", "level"});                 // symbol 4
  w.word(0x402).word(0x3FF).strings({"data.frame"});              // the tag is reference 3, "class"
  w.tagged("row.names").integers({RValue::na, -3}).end();         //
  w.tagged("other").word(0x213).word(2).integers({1}).word(254);  // list(a = 1L, b = NULL)
  w.word(0x402).word(0x4FF).strings({"a", "b"}).end().end();
  return w.rda();
}

std::string failure(const std::string& bytes) {
  try {
    (void)decode_rda(bytes, "x.rda");
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_input);
    EXPECT_TRUE(std::string(error.what()).starts_with("x.rda")) << error.what();
    return error.what();
  }
}

std::string deflated(const std::string& bytes, bool as_gzip) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + (as_gzip ? 16 : 0), 8, Z_DEFAULT_STRATEGY),
            Z_OK);
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

std::string bzipped(std::string bytes) {
  std::string result(bytes.size() + 1000, '\0');
  auto size = static_cast<unsigned>(result.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(result.data(), &size, bytes.data(), static_cast<unsigned>(bytes.size()),
                                     9, 0, 0),
            BZ_OK);
  result.resize(size);
  return result;
}

std::string xz(const std::string& bytes, bool raw) {
  std::string result(bytes.size() + 1000, '\0');
  std::size_t size = 0;
  lzma_options_lzma options{};
  lzma_lzma_preset(&options, 6);
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  const auto* input = reinterpret_cast<const std::uint8_t*>(bytes.data());
  auto* output = reinterpret_cast<std::uint8_t*>(result.data());
  EXPECT_EQ(raw ? lzma_raw_buffer_encode(filters, nullptr, input, bytes.size(), output, &size, result.size())
                : lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, input, bytes.size(), output, &size,
                                          result.size()),
            LZMA_OK);
  result.resize(size);
  return result;
}

void expect_frame(const RValue& frame) {
  EXPECT_TRUE(frame.inherits("data.frame"));
  EXPECT_EQ(frame.texts_of("names"), (std::vector<std::string>{"x", "n", "level"}));
  const auto* x = frame.item("x")->get<RValue::Reals>();
  ASSERT_NE(x, nullptr);
  EXPECT_EQ((*x)[1], -2);
  EXPECT_TRUE(std::isnan((*x)[2]));
  EXPECT_EQ(*frame.item("n")->get<RValue::Integers>(), (RValue::Integers{7, RValue::na, 9}));
  EXPECT_EQ(frame.item("level")->texts_of("levels"), (std::vector<std::string>{"low", "high"}));
  EXPECT_EQ(frame.item("nothing"), nullptr);
  EXPECT_EQ(frame.attribute("nothing"), nullptr);
}

TEST(RData, ReadsADataFrameOfBothVersionsInEveryCompression) {
  for (const int version : {2, 3}) {
    const std::string plain = frame_rda(version);
    for (const std::string& bytes : {plain, deflated(plain, true), bzipped(plain), xz(plain, false)}) {
      const RObjects objects = decode_rda(bytes, "x.rda");
      ASSERT_EQ(objects.size(), 2U);
      EXPECT_EQ(objects[0].first, "frame");
      expect_frame(objects[0].second);
      EXPECT_EQ(objects[1].first, "other");
      EXPECT_EQ(*objects[1].second.item("a")->get<RValue::Integers>(), RValue::Integers{1});
      EXPECT_TRUE(objects[1].second.item("b")->is_null());
    }
  }
}

TEST(RData, ReadsObjectsFromFilesByName) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.rda";
  write_atomic(path, frame_rda());
  expect_frame(read_r_object(path, "frame"));
  for (const char* name : {"", "fram"}) {
    try {
      (void)read_r_object(path, name);
      FAIL();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("it holds: frame, other"), std::string::npos) << error.what();
    }
  }
  write_atomic(path, Writer().tagged("only").reals({1}).end().rda());
  EXPECT_EQ(*read_r_object(path).get<RValue::Reals>(), RValue::Reals{1});
}

/// One value that was written, read back.
RValue value_of(const Writer& writer) { return decode_rds(writer.bytes(), "x.rds"); }

TEST(RData, ReadsStringsInTheirEncodings) {
  Writer w;
  w.word(16).word(4).string("plain").string("\xc3\xa9", 0x8009).string("\xe9", 0x4009).na_string();
  const RValue value = value_of(w);
  const auto* strings = value.get<RValue::Strings>();
  ASSERT_NE(strings, nullptr);
  EXPECT_EQ(*strings, (RValue::Strings{"plain", "\xc3\xa9", "\xc3\xa9", std::nullopt}));
}

TEST(RData, ExpandsCompactForms) {
  const auto compact = [](const char* name, const auto& write_state) {
    Writer w(3);
    w.word(238).word(2).new_symbol(name).word(2).new_symbol("base").word(2).integers({13}).end();
    write_state(w);
    w.end();
    return value_of(w);
  };
  EXPECT_EQ(*compact("compact_intseq", [](Writer& w) { w.reals({3, 5, -1}); }).get<RValue::Integers>(),
            (RValue::Integers{5, 4, 3}));
  EXPECT_EQ(*compact("compact_realseq", [](Writer& w) { w.reals({2, 0.5, 1}); }).get<RValue::Reals>(),
            (RValue::Reals{0.5, 1.5}));
  EXPECT_EQ(*compact("wrap_real", [](Writer& w) { w.word(19).word(2).reals({4, 5}).integers({0, 0}); })
                 .get<RValue::Reals>(),
            (RValue::Reals{4, 5}));
  EXPECT_EQ(*compact("deferred_string", [](Writer& w) { w.word(2).integers({1, RValue::na}).word(254); })
                 .get<RValue::Strings>(),
            (RValue::Strings{"1", std::nullopt}));
  for (const auto& bad :
       std::vector<std::vector<double>>{{1e300, 1, 1}, {-1, 1, 1}, {std::nan(""), 1, 1}, {3, 3e9, 1}, {3}}) {
    EXPECT_THROW((void)compact("compact_intseq", [&](Writer& w) { w.reals(bad); }), Error);
  }
  EXPECT_THROW((void)compact("mmap_real", [](Writer& w) { w.word(19).word(1).reals({4}); }), Error);
}

TEST(RData, PassesOverWhatIsNoData) {
  Writer w;
  w.word(19).word(8);
  w.word(4).word(0).end().end().end().end();  // environment: reference 1
  w.word(0x1FF);                              // the same again
  w.word(0x403).word(0x1FF).end().word(6).new_symbol("quote").word(2).reals({1}).end();  // closure, body is a
                                                                                         // call
  w.word(8).word(3).text("sum");                                                         // builtin
  w.word(15).word(1).real(1).real(2);                                                    // complex
  w.word(253);                                                                           // global environment
  w.word(247).word(0).word(1).string("env::1");                                          // persistent name
  w.integers({42});
  const RValue value = value_of(w);
  const auto* items = value.get<RValue::List>();
  ASSERT_NE(items, nullptr);
  ASSERT_EQ(items->size(), 8U);
  EXPECT_EQ((*items)[1].get<ROpaque>()->kind, "environment");
  EXPECT_EQ((*items)[2].get<ROpaque>()->kind, "function");
  EXPECT_EQ(*items->back().get<RValue::Integers>(), RValue::Integers{42});
}

TEST(RData, SaysWhatIsWrong) {
  EXPECT_NE(failure("").find("neither RDX2 nor RDX3"), std::string::npos);
  EXPECT_NE(failure("RDA2\nA\n2\n").find("neither"), std::string::npos);
  EXPECT_NE(failure("RDX2\nB\n").find("no binary (XDR)"), std::string::npos);
  EXPECT_NE(failure(Writer(4).rda()).find("version 4"), std::string::npos);
  EXPECT_NE(failure(Writer().integers({1}).rda()).find("no named objects"), std::string::npos);
  EXPECT_NE(failure(Writer().tagged("x").word(21).rda()).find("type 21"), std::string::npos);
  EXPECT_NE(failure(Writer().tagged("x").word(0x9FF).rda()).find("reference 9 of 1"), std::string::npos);
  EXPECT_NE(failure(Writer().tagged("x").word(14).word(0x7FFFFFFF).rda()).find("elements announced"),
            std::string::npos);
  EXPECT_NE(failure(Writer().tagged("x").word(14).word(0xFFFFFFFF).word(0x7FFFFFFF).word(1).rda())
                .find("elements announced"),
            std::string::npos);
  EXPECT_NE(failure(Writer().tagged("x").word(14).word(0xFFFFFFFE).rda()).find("a length of -2"),
            std::string::npos);
  const std::string whole = frame_rda();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(failure(whole.substr(0, size)).empty()) << size;
}

TEST(RData, DeepNestingIsRefused) {
  Writer w;
  w.tagged("x");
  for (int i = 0; i < 200'000; ++i) w.word(19).word(1);
  EXPECT_NE(failure(w.rda()).find("nest deeper"), std::string::npos);
  Writer long_list;  // a long list is not a deep one
  for (int i = 0; i < 200'000; ++i) long_list.word(2).integers({i});
  EXPECT_EQ(value_of(long_list.end()).get<RValue::List>()->size(), 200'000U);
}

TEST(RData, RandomChangesGiveAValueOrAnError) {
  Rng rng(11);
  int read = 0;
  for (const int version : {2, 3}) {
    const std::string plain = frame_rda(version);
    for (const std::string& valid : {plain, deflated(plain, true), bzipped(plain), xz(plain, false)}) {
      for (int round = 0; round < 1500; ++round) {
        std::string bytes = valid;
        for (std::uint64_t changes = 1 + rng.below(3); changes > 0; --changes) {
          const std::size_t at = rng.below(bytes.size());
          switch (rng.below(4)) {
            case 0:
              bytes[at] = static_cast<char>(rng.below(256));
              break;
            case 1:
              bytes.erase(at, 1 + rng.below(8));
              break;
            case 2:
              bytes.insert(at, bytes.substr(rng.below(bytes.size()), rng.below(16)));
              break;
            default:
              bytes[at] = static_cast<char>(std::array{0, 1, 2, 13, 19, 238, 254, 255}[rng.below(8)]);
              break;
          }
          if (bytes.empty()) bytes = "R";
        }
        read += failure(bytes).empty() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(read, 400);
}

class LazyDatabaseTest : public testing::Test {
 protected:
  static std::string entry(const std::string& bytes, char kind) {
    std::string result;
    for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>(bytes.size() >> shift & 0xFFU);
    switch (kind) {
      case '2':
        return result + '2' + bzipped(bytes);
      case 'Z':
        return result + 'Z' + xz(bytes, true);
      case '0':
        return result + '0' + bytes;
      default:
        return result + deflated(bytes, false);
    }
  }

  LazyDatabaseTest() {
    std::vector<std::pair<std::int32_t, std::int32_t>> places;
    for (const char kind : {'1', '2', 'Z', '0'}) {
      const std::string one = entry(Writer().strings({std::string(1000, kind)}).bytes(), kind);
      places.emplace_back(static_cast<std::int32_t>(data_.size()), static_cast<std::int32_t>(one.size()));
      data_ += one;
    }
    places.emplace_back(static_cast<std::int32_t>(data_.size()), 100);  // beyond the end
    Writer w;
    w.word(0x213).word(2).word(0x213).word(5);
    for (const auto& [offset, size] : places) w.integers({offset, size});
    w.tagged("names").strings({"zlib", "bzip2", "lzma", "plain", "beyond"}).end();
    w.end().word(0x402).word(0x1FF).strings({"variables", "references"}).end();
    index_ = deflated(w.bytes(), true);
  }

  std::string data_;
  std::string index_;
};

TEST_F(LazyDatabaseTest, ReadsObjectsOfEveryCompression) {
  const LazyDatabase database(index_, data_, "x.rdx");
  EXPECT_EQ(database.names(), (std::vector<std::string>{"zlib", "bzip2", "lzma", "plain", "beyond"}));
  for (const auto& [name, kind] : {std::pair{"zlib", '1'}, {"bzip2", '2'}, {"lzma", 'Z'}, {"plain", '0'}}) {
    EXPECT_EQ(*database.object(name).get<RValue::Strings>(), RValue::Strings{std::string(1000, kind)})
        << name;
  }
  EXPECT_THROW((void)database.object("beyond"), Error);
  EXPECT_THROW((void)database.object("nothing"), Error);
}

TEST_F(LazyDatabaseTest, IsReadFromFiles) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "Rdata.rdx", index_);
  write_atomic(folder.path() / "Rdata.rdb", data_);
  EXPECT_EQ(read_r_object(folder.path() / "Rdata.rdx", "lzma").get<RValue::Strings>()->size(), 1U);
}

TEST_F(LazyDatabaseTest, RandomChangesGiveAValueOrAnError) {
  Rng rng(13);
  for (int round = 0; round < 500; ++round) {
    std::string index = index_;
    std::string data = data_;
    std::string& changed = round % 2 == 0 ? index : data;
    changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
    if (rng.below(4) == 0) changed.resize(rng.below(changed.size()));
    const auto refused = [](const auto& action) {
      try {
        action();
        return false;
      } catch (const Error&) {
        return true;
      }
    };
    (void)refused([&] {
      const LazyDatabase database(index, data, "x.rdx");
      for (const std::string& name : database.names()) (void)refused([&] { (void)database.object(name); });
    });
  }
}

}  // namespace
}  // namespace mls::data
