#include "lib/data/judge/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::data {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 28;
constexpr std::size_t max_pixels = std::size_t{1} << 24;

/// libpng's reader of whole images; frees what it holds whatever happens.
class Reader {
 public:
  Reader(std::string_view bytes, std::string name) : name_(std::move(name)) {
    image_.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) == 0) fail();
  }
  ~Reader() { png_image_free(&image_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  RgbaImage read() {
    if (std::size_t{image_.width} * image_.height > max_pixels) {
      throw bad_input(fmt::format("{}: {} x {} pixels; at most {} are read", name_, image_.width,
                                  image_.height, max_pixels));
    }
    image_.format = PNG_FORMAT_RGBA;
    RgbaImage out{static_cast<int>(image_.height), static_cast<int>(image_.width), {}};
    out.values.resize(PNG_IMAGE_SIZE(image_));
    if (png_image_finish_read(&image_, nullptr, out.values.data(), 0, nullptr) == 0) fail();
    return out;
  }

 private:
  [[noreturn]] void fail() const {
    throw bad_input(fmt::format("{}: no PNG image: {}", name_, image_.message));
  }

  png_image image_{};
  std::string name_;
};

}  // namespace

RgbaImage decode_png(std::string_view bytes, const std::string& name) { return Reader(bytes, name).read(); }

RgbaImage read_png(const std::filesystem::path& path) {
  return decode_png(read_file(path, max_file_bytes), path.string());
}

}  // namespace mls::data
