#include "lib/data/judge/png.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include "core/error.hpp"

namespace mls::data {
namespace {

std::string encoded(const RgbaImage& image) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGBA;
  png_alloc_size_t bytes = 0;
  png_image_write_to_memory(&png, nullptr, &bytes, 0, image.values.data(), 0, nullptr);
  std::string out(bytes, '\0');
  png_image_write_to_memory(&png, out.data(), &bytes, 0, image.values.data(), 0, nullptr);
  return out;
}

const RgbaImage small{
    2, 3, {255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 0, 1, 2, 3, 4, 9, 8, 7, 6, 5, 250, 251, 252}};

TEST(Png, ReadsWhatWasWritten) {
  const RgbaImage read = decode_png(encoded(small), "small.png");
  EXPECT_EQ(read.height, 2);
  EXPECT_EQ(read.width, 3);
  EXPECT_EQ(read.values, small.values);
}

TEST(Png, RefusesWhatIsNone) {
  EXPECT_THROW((void)decode_png("", "empty.png"), Error);
  EXPECT_THROW((void)decode_png("GIF89a", "other.png"), Error);
  const std::string whole = encoded(small);
  EXPECT_THROW((void)decode_png(std::string_view(whole).substr(0, whole.size() / 2), "cut.png"), Error);
}

TEST(Png, RefusesTooManyPixelsBeforeItAllocates) {
  std::string bytes = encoded(small);
  bytes[16] = 0x20;  // width 2^29: the check sum of the header no longer fits either
  EXPECT_THROW((void)decode_png(bytes, "huge.png"), Error);
}

}  // namespace
}  // namespace mls::data
