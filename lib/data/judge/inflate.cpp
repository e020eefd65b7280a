#include "lib/data/judge/inflate.hpp"

#include <bzlib.h>
#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"

namespace mls::data {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;
constexpr std::size_t dictionary_bytes = std::size_t{64} << 20;  // R's preset 9
constexpr std::uint64_t decoder_memory = std::uint64_t{256} << 20;

enum class Progress { going, finished, damaged };

/// What each library does: consume from `input`, append to room of `space` bytes at `target`; returns bytes
/// written.
struct Step {
  Progress progress = Progress::going;
  std::size_t written = 0;
};

class ZlibStream {
 public:
  explicit ZlibStream(std::string_view bytes) : rest_(bytes) {
    constexpr int zlib_or_gzip = MAX_WBITS + 32;
    ready_ = ::inflateInit2(&stream_, zlib_or_gzip) == Z_OK;
  }
  ~ZlibStream() {
    if (ready_) ::inflateEnd(&stream_);
  }
  ZlibStream(const ZlibStream&) = delete;
  ZlibStream& operator=(const ZlibStream&) = delete;

  Step step(char* target, std::size_t space) {
    if (!ready_) return {Progress::damaged, 0};
    const std::size_t offered = std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max());
    // zlib does not write to its input; its interface is older than const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
    stream_.avail_in = static_cast<uInt>(offered);
    stream_.next_out = reinterpret_cast<Bytef*>(target);
    stream_.avail_out = static_cast<uInt>(space);
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    rest_.remove_prefix(offered - stream_.avail_in);
    const std::size_t written = space - stream_.avail_out;
    if (code == Z_STREAM_END) return {Progress::finished, written};
    return {code == Z_OK ? Progress::going : Progress::damaged, written};
  }

 private:
  z_stream stream_{};
  std::string_view rest_;
  bool ready_ = false;
};

class Bzip2Stream {
 public:
  explicit Bzip2Stream(std::string_view bytes) : rest_(bytes) {
    ready_ = ::BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }
  ~Bzip2Stream() {
    if (ready_) ::BZ2_bzDecompressEnd(&stream_);
  }
  Bzip2Stream(const Bzip2Stream&) = delete;
  Bzip2Stream& operator=(const Bzip2Stream&) = delete;

  Step step(char* target, std::size_t space) {
    if (!ready_) return {Progress::damaged, 0};
    const std::size_t offered = std::min<std::size_t>(rest_.size(), std::numeric_limits<unsigned>::max());
    stream_.next_in = const_cast<char*>(rest_.data());
    stream_.avail_in = static_cast<unsigned>(offered);
    stream_.next_out = target;
    stream_.avail_out = static_cast<unsigned>(space);
    const int code = ::BZ2_bzDecompress(&stream_);
    const std::size_t consumed = offered - stream_.avail_in;
    rest_.remove_prefix(consumed);
    const std::size_t written = space - stream_.avail_out;
    if (code == BZ_STREAM_END) return {Progress::finished, written};
    const bool stuck = consumed == 0 && written == 0;  // bzip2 has no error of its own for a truncated stream
    return {code == BZ_OK && !stuck ? Progress::going : Progress::damaged, written};
  }

 private:
  bz_stream stream_{};
  std::string_view rest_;
  bool ready_ = false;
};

class LzmaStream {
 public:
  LzmaStream(std::string_view bytes, bool raw) : rest_(bytes) {
    if (raw) {
      lzma_options_lzma options{};
      options.dict_size = dictionary_bytes;
      const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
      ready_ = ::lzma_raw_decoder(&stream_, filters) == LZMA_OK;
    } else {
      ready_ = ::lzma_stream_decoder(&stream_, decoder_memory, 0) == LZMA_OK;
    }
  }
  ~LzmaStream() { ::lzma_end(&stream_); }
  LzmaStream(const LzmaStream&) = delete;
  LzmaStream& operator=(const LzmaStream&) = delete;

  Step step(char* target, std::size_t space) {
    if (!ready_) return {Progress::damaged, 0};
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(rest_.data());
    stream_.avail_in = rest_.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(target);
    stream_.avail_out = space;
    const lzma_ret code = ::lzma_code(&stream_, LZMA_RUN);
    rest_.remove_prefix(rest_.size() - stream_.avail_in);
    const std::size_t written = space - stream_.avail_out;
    if (code == LZMA_STREAM_END) return {Progress::finished, written};
    return {code == LZMA_OK ? Progress::going : Progress::damaged, written};
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::string_view rest_;
  bool ready_ = false;
};

template <typename Stream>
std::string run(Stream&& stream, const std::string& name, std::size_t limit) {
  std::string result;
  for (;;) {
    const std::size_t filled = result.size();
    const std::size_t space =
        std::min(std::max(chunk_bytes, filled), limit + 1 - filled);  // doubles the buffer
    result.resize(filled + std::min<std::size_t>(space, std::numeric_limits<unsigned>::max()));
    const Step step = stream.step(result.data() + filled, result.size() - filled);
    result.resize(filled + step.written);
    if (result.size() > limit) {
      throw bad_input(fmt::format(
          "{}: holds more than {} bytes when decompressed; it is not the file it should be", name, limit));
    }
    if (step.progress == Progress::finished) break;
    if (step.progress == Progress::damaged) {
      throw bad_input(
          fmt::format("{}: compressed data are truncated or damaged after {} bytes; fetch the file again",
                      name, result.size()));
    }
  }
  result.shrink_to_fit();
  return result;
}

bool starts_as_zlib(std::string_view bytes) {
  if (bytes.size() < 2 || bytes[0] != '\x78') return false;
  return (0x78 * 256 + static_cast<unsigned char>(bytes[1])) % 31 == 0;  // RFC 1950: check bits
}

}  // namespace

std::string inflate(std::string_view bytes, Compression kind, const std::string& name, std::size_t limit) {
  switch (kind) {
    case Compression::zlib:
      return run(ZlibStream(bytes), name, limit);
    case Compression::bzip2:
      return run(Bzip2Stream(bytes), name, limit);
    case Compression::xz:
      return run(LzmaStream(bytes, false), name, limit);
    case Compression::raw_lzma2:
      return run(LzmaStream(bytes, true), name, limit);
  }
  throw bad_input(name + ": unknown compression");
}

std::string inflate(std::string_view bytes, const std::string& name, std::size_t limit) {
  if (bytes.starts_with("\x1f\x8b") || starts_as_zlib(bytes))
    return inflate(bytes, Compression::zlib, name, limit);
  if (bytes.starts_with("BZh")) return inflate(bytes, Compression::bzip2, name, limit);
  if (bytes.starts_with(std::string_view("\xfd"
                                         "7zXZ\0",
                                         6))) {
    return inflate(bytes, Compression::xz, name, limit);
  }
  if (bytes.size() > limit)
    throw bad_input(fmt::format("{}: holds {} bytes; at most {} are allowed", name, bytes.size(), limit));
  return std::string(bytes);
}

}  // namespace mls::data
