// Speaking to the judge without the scaffold: an attack defines attack::converse, which runs before main()
// and has the whole conversation on descriptor 3 to itself.
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"
#include "core/message.hpp"
#include "surface.hpp"

// Never called, but the scaffold wants to be linked.
#include "honest.cpp"

namespace attack {

void converse(mls::Channel& judge);

inline constexpr int judge_descriptor = 3;

inline void send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = write(judge_descriptor, bytes.data(), bytes.size());
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Sixteen bytes in front of every frame.
inline std::string prefix(std::uint32_t header, std::uint64_t payload) {
  std::string bytes = "MLS1";
  bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(&payload), sizeof payload);
  return bytes;
}

/// A frame of any header and payload, right sizes in front.
inline std::string frame(std::string_view header, std::string_view payload = {}) {
  return prefix(static_cast<std::uint32_t>(header.size()), payload.size()) + std::string(header) +
         std::string(payload);
}

// MessagePack, as much as attacks need.
inline std::string text(std::string_view value) {
  return std::string("\xd9") + static_cast<char>(value.size()) + std::string(value);
}
inline std::string array(unsigned count) { return std::string(1, static_cast<char>(0x90 | count)); }
inline std::string map(unsigned count) { return std::string(1, static_cast<char>(0x80 | count)); }
inline std::string big_endian(char type, std::uint64_t value, int bytes) {
  std::string out(1, type);
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> 8 * i);
  return out;
}
inline std::string integer(std::int64_t value) {
  return big_endian('\xd3', static_cast<std::uint64_t>(value), 8);
}
inline std::string natural(std::uint64_t value) { return big_endian('\xcf', value, 8); }
/// [name, dtype, shape]; dtypes: 0 f32, 1 f64, 2 i32, 3 i64, 4 u8.
inline std::string tensor(std::string_view name, unsigned dtype, const std::vector<std::int64_t>& shape) {
  std::string out =
      array(3) + text(name) + static_cast<char>(dtype) + array(static_cast<unsigned>(shape.size()));
  for (const std::int64_t extent : shape) out += integer(extent);
  return out;
}
inline std::string message(std::string_view kind, const std::vector<std::string>& tensors = {}) {
  std::string out = array(3) + text(kind) + map(0) + array(static_cast<unsigned>(tensors.size()));
  for (const std::string& one : tensors) out += one;
  return out;
}

/// `act` of the bandit task, every arm the same.
inline void act(mls::Channel& judge, std::int32_t arm) {
  const std::vector<std::int32_t> arms(32, arm);
  mls::Message message("act");
  message.add("action", arms);
  judge.send(message);
}

__attribute__((constructor)) static void take_over() {
  try {
    mls::Channel judge(judge_descriptor, {});
    converse(judge);
  } catch (const std::exception&) {
  }
  _exit(0);
}

}  // namespace attack
