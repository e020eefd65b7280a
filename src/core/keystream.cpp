#include "core/keystream.hpp"

#include <cstddef>

namespace mls {
namespace {

// Eight blocks side by side, one in each lane; compilers turn this into vector instructions.
typedef std::uint32_t Lanes __attribute__((vector_size(32)));

constexpr std::size_t lanes = 8;
constexpr std::size_t state_words = 16;
constexpr std::size_t batch_words = lanes * state_words;
constexpr int double_rounds = 4;

// As a macro would be: left to a compiler's judgement, a call would cost more than the work.
__attribute__((always_inline)) inline Lanes rotated(Lanes value, int by) {
  return (value << by) | (value >> (32 - by));
}

__attribute__((always_inline)) inline void quarter_round(Lanes& a, Lanes& b, Lanes& c, Lanes& d) {
  d = rotated(d ^ (a += b), 16);
  b = rotated(b ^ (c += d), 12);
  d = rotated(d ^ (a += b), 8);
  b = rotated(b ^ (c += d), 7);
}

void double_round(Lanes (&x)[state_words]) {
  quarter_round(x[0], x[4], x[8], x[12]);
  quarter_round(x[1], x[5], x[9], x[13]);
  quarter_round(x[2], x[6], x[10], x[14]);
  quarter_round(x[3], x[7], x[11], x[15]);
  quarter_round(x[0], x[5], x[10], x[15]);
  quarter_round(x[1], x[6], x[11], x[12]);
  quarter_round(x[2], x[7], x[8], x[13]);
  quarter_round(x[3], x[4], x[9], x[14]);
}

/// Blocks 8 `batch` ... 8 `batch` + 7 of a stream.
void fill(const StreamKey& key, std::uint32_t stream, std::uint32_t batch, Lanes (&out)[state_words]) {
  Lanes start[state_words] = {};
  constexpr std::uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (std::size_t i = 0; i < 4; ++i) start[i] += constants[i];
  for (std::size_t i = 0; i < 8; ++i) start[4 + i] += key[i];
  start[12] = Lanes{0, 1, 2, 3, 4, 5, 6, 7} + batch * static_cast<std::uint32_t>(lanes);
  start[14] += stream;
  for (std::size_t i = 0; i < state_words; ++i) out[i] = start[i];
  for (int round = 0; round < double_rounds; ++round) double_round(out);
  for (std::size_t i = 0; i < state_words; ++i) out[i] += start[i];
}

}  // namespace

void apply_keystream(const StreamKey& key, std::uint32_t stream, std::span<std::uint32_t> words) {
  Lanes masks[state_words];
  const auto* mask = reinterpret_cast<const std::uint32_t*>(masks);
  for (std::uint32_t batch = 0; !words.empty(); ++batch) {
    fill(key, stream, batch, masks);
    const std::size_t count = words.size() < batch_words ? words.size() : batch_words;
    for (std::size_t i = 0; i < count; ++i) words[i] ^= mask[i];
    words = words.subspan(count);
  }
}

}  // namespace mls
