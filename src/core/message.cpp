#include "core/message.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include <msgpack.hpp>

namespace mls {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors travel as they lie in memory: little-endian only");

constexpr std::string_view magic = "MLS1";
constexpr std::size_t max_items = 64;  // scalars or tensors of one message
constexpr std::size_t max_text = std::size_t{32} * 1024;
constexpr std::size_t max_dimensions = 8;

std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

std::string quote(std::string_view name) { return "'" + std::string(name) + "'"; }

struct ByteSink {
  std::vector<std::byte>& out;
  void write(const char* bytes, std::size_t count) {
    const auto* first = reinterpret_cast<const std::byte*>(bytes);
    out.insert(out.end(), first, first + count);
  }
};

/// The library would write a whole number as an integer, and so lose the sign of -0.0 and the field's type.
void pack_real(ByteSink& sink, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::array<char, 9> bytes{'\xcb'};
  for (std::size_t i = 0; i < 8; ++i) bytes[1 + i] = static_cast<char>(bits >> (56 - 8 * i) & 0xffU);
  sink.write(bytes.data(), bytes.size());
}

template <typename T>
void store_at(std::vector<std::byte>& out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof value);
}

bool all_finite(const TensorView& tensor) {
  if (tensor.dtype == DType::f64) {
    for (const double value : tensor.as<double>()) {
      if (!std::isfinite(value)) return false;
    }
  }
  if (tensor.dtype == DType::f32) {
    for (const float value : tensor.as<float>()) {
      if (!std::isfinite(value)) return false;
    }
  }
  return true;
}

std::string_view text_of(const msgpack::object& object, const char* what) {
  if (object.type != msgpack::type::STR) throw ProtocolError(std::string(what) + " is not a string");
  return {object.via.str.ptr, object.via.str.size};
}

Scalar scalar_of(const msgpack::object& object, std::string_view name) {
  switch (object.type) {
    case msgpack::type::BOOLEAN:
      return object.via.boolean;
    case msgpack::type::POSITIVE_INTEGER:
      if (object.via.u64 > static_cast<std::uint64_t>(INT64_MAX)) {
        throw ProtocolError("field " + quote(name) + " does not fit into 64 signed bits");
      }
      return static_cast<std::int64_t>(object.via.u64);
    case msgpack::type::NEGATIVE_INTEGER:
      return object.via.i64;
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64:
      return object.via.f64;
    case msgpack::type::STR:
      return std::string(object.via.str.ptr, object.via.str.size);
    default:
      throw ProtocolError("field " + quote(name) + " is neither a boolean, a number nor a string");
  }
}

/// Bytes of a tensor of this type and shape; throws when a dimension is negative or the product exceeds
/// `available`.
std::size_t checked_bytes(DType dtype, const Shape& shape, std::size_t available, std::string_view name) {
  std::size_t count = size_of(dtype);
  bool empty = false;
  for (const std::int64_t extent : shape) {
    if (extent < 0)
      throw ProtocolError("tensor " + quote(name) + " has a negative dimension: " + to_string(shape));
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  for (const std::int64_t extent : shape) {
    if (static_cast<std::uint64_t>(extent) > available / count) {
      throw ProtocolError("tensor " + quote(name) + " of shape " + to_string(shape) +
                          " is larger than the bytes that came with it");
    }
    count *= static_cast<std::size_t>(extent);
  }
  if (count > available) {
    throw ProtocolError("tensor " + quote(name) + " of shape " + to_string(shape) +
                        " is larger than the bytes that came with it");
  }
  return count;
}

TensorView tensor_of(const msgpack::object& object, std::span<const std::byte> payload, std::size_t& offset) {
  if (object.type != msgpack::type::ARRAY || object.via.array.size != 3) {
    throw ProtocolError("a tensor entry is not [name, dtype, shape]");
  }
  const msgpack::object* parts = object.via.array.ptr;
  TensorView tensor;
  tensor.name = text_of(parts[0], "a tensor's name");
  if (parts[1].type != msgpack::type::POSITIVE_INTEGER ||
      parts[1].via.u64 > static_cast<std::uint64_t>(DType::u8)) {
    throw ProtocolError("tensor " + quote(tensor.name) + " has an unknown dtype; expected 0 ... 4");
  }
  tensor.dtype = static_cast<DType>(parts[1].via.u64);
  if (parts[2].type != msgpack::type::ARRAY || parts[2].via.array.size > max_dimensions) {
    throw ProtocolError("tensor " + quote(tensor.name) + " has no shape of at most 8 dimensions");
  }
  for (std::uint32_t i = 0; i < parts[2].via.array.size; ++i) {
    const Scalar extent = scalar_of(parts[2].via.array.ptr[i], tensor.name);
    if (!std::holds_alternative<std::int64_t>(extent)) {
      throw ProtocolError("tensor " + quote(tensor.name) + " has a dimension that is not an integer");
    }
    tensor.shape.push_back(std::get<std::int64_t>(extent));
  }
  const std::size_t bytes = checked_bytes(tensor.dtype, tensor.shape, payload.size() - offset, tensor.name);
  tensor.bytes = payload.subspan(offset, bytes);
  offset += padded(bytes);
  if (offset > payload.size())
    throw ProtocolError("tensor " + quote(tensor.name) + " is not padded to 8 bytes");
  return tensor;
}

}  // namespace

Message& Message::set(std::string_view name, bool value) {
  scalars_.emplace_back(name, Scalar(value));
  return *this;
}
Message& Message::set(std::string_view name, std::int64_t value) {
  scalars_.emplace_back(name, Scalar(value));
  return *this;
}
Message& Message::set(std::string_view name, double value) {
  scalars_.emplace_back(name, Scalar(value));
  return *this;
}
Message& Message::set(std::string_view name, std::string_view value) {
  scalars_.emplace_back(name, Scalar(std::string(value)));
  return *this;
}

Message& Message::add_view(std::string_view name, DType dtype, Shape shape,
                           std::span<const std::byte> bytes) {
  std::size_t count = size_of(dtype);
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  if (count != bytes.size()) {
    throw std::logic_error("tensor " + quote(name) + ": shape " + to_string(shape) +
                           " does not match its values");
  }
  tensors_.push_back({std::string(name), dtype, std::move(shape), bytes});
  return *this;
}

const Scalar* Message::find(std::string_view name) const {
  for (const auto& [key, value] : scalars_) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool Message::has(std::string_view name) const {
  if (find(name) != nullptr) return true;
  for (const TensorView& tensor : tensors_) {
    if (tensor.name == name) return true;
  }
  return false;
}

bool Message::boolean(std::string_view name) const {
  const Scalar* value = find(name);
  if (value == nullptr || !std::holds_alternative<bool>(*value)) {
    throw ProtocolError("message " + quote(kind_) + " lacks the boolean field " + quote(name));
  }
  return std::get<bool>(*value);
}

std::int64_t Message::integer(std::string_view name) const {
  const Scalar* value = find(name);
  if (value == nullptr || !std::holds_alternative<std::int64_t>(*value)) {
    throw ProtocolError("message " + quote(kind_) + " lacks the integer field " + quote(name));
  }
  return std::get<std::int64_t>(*value);
}

double Message::real(std::string_view name) const {
  const Scalar* value = find(name);
  if (value != nullptr && std::holds_alternative<std::int64_t>(*value)) {
    return static_cast<double>(std::get<std::int64_t>(*value));
  }
  if (value == nullptr || !std::holds_alternative<double>(*value)) {
    throw ProtocolError("message " + quote(kind_) + " lacks the number " + quote(name));
  }
  return std::get<double>(*value);
}

const std::string& Message::text(std::string_view name) const {
  const Scalar* value = find(name);
  if (value == nullptr || !std::holds_alternative<std::string>(*value)) {
    throw ProtocolError("message " + quote(kind_) + " lacks the text field " + quote(name));
  }
  return std::get<std::string>(*value);
}

const TensorView& Message::tensor(std::string_view name) const {
  for (const TensorView& tensor : tensors_) {
    if (tensor.name == name) return tensor;
  }
  throw ProtocolError("message " + quote(kind_) + " lacks the tensor " + quote(name));
}

const TensorView& Message::typed(std::string_view name, DType dtype) const {
  const TensorView& found = tensor(name);
  if (found.dtype != dtype) {
    throw ProtocolError("tensor " + quote(name) + " has dtype " + std::string(name_of(found.dtype)) +
                        "; expected " + std::string(name_of(dtype)));
  }
  return found;
}

const TensorView& Message::checked(std::string_view name, DType dtype, const Shape& shape) const {
  const TensorView& found = typed(name, dtype);
  if (found.shape != shape) {
    throw ProtocolError("tensor " + quote(name) + " has shape " + to_string(found.shape) + "; expected " +
                        to_string(shape));
  }
  if (!all_finite(found)) throw ProtocolError("tensor " + quote(name) + " holds a value that is not finite");
  return found;
}

void Message::reset(std::string_view kind) {
  kind_ = kind;
  scalars_.clear();
  tensors_.clear();
}

FrameSizes decode_prefix(std::span<const std::byte> prefix, std::size_t max_payload) {
  if (prefix.size() != frame_prefix_bytes || std::memcmp(prefix.data(), magic.data(), magic.size()) != 0) {
    throw ProtocolError("a frame does not begin with " + quote(magic));
  }
  std::uint32_t header = 0;
  std::uint64_t payload = 0;
  std::memcpy(&header, prefix.data() + 4, sizeof header);
  std::memcpy(&payload, prefix.data() + 8, sizeof payload);
  if (header > max_header_bytes) {
    throw ProtocolError("a frame announces a header of " + std::to_string(header) + " bytes; at most " +
                        std::to_string(max_header_bytes) + " are allowed");
  }
  if (payload > max_payload || payload % 8 != 0) {
    throw ProtocolError("a frame announces " + std::to_string(payload) +
                        " bytes of tensors; a multiple of 8, at most " + std::to_string(max_payload) +
                        " is allowed");
  }
  return {header, static_cast<std::size_t>(payload)};
}

void decode_frame(std::span<const std::byte> header, std::span<const std::byte> payload, Message& out) {
  try {
    const msgpack::unpack_limit limit(max_items, max_items, max_text, 0, 0, 8);
    std::size_t used = 0;
    const msgpack::object_handle handle = msgpack::unpack(reinterpret_cast<const char*>(header.data()),
                                                          header.size(), used, nullptr, nullptr, limit);
    const msgpack::object& root = handle.get();
    if (used != header.size()) throw ProtocolError("bytes follow the header");
    if (root.type != msgpack::type::ARRAY || root.via.array.size != 3) {
      throw ProtocolError("a header is not [kind, fields, tensors]");
    }
    const msgpack::object* parts = root.via.array.ptr;
    out.reset(text_of(parts[0], "a message's kind"));
    if (parts[1].type != msgpack::type::MAP || parts[2].type != msgpack::type::ARRAY) {
      throw ProtocolError("a header is not [kind, fields, tensors]");
    }
    Message decoded(out.kind());
    for (std::uint32_t i = 0; i < parts[1].via.map.size; ++i) {
      const msgpack::object_kv& entry = parts[1].via.map.ptr[i];
      const std::string_view name = text_of(entry.key, "a field's name");
      if (decoded.has(name)) throw ProtocolError("field " + quote(name) + " comes twice");
      const Scalar value = scalar_of(entry.val, name);
      std::visit([&](const auto& v) { decoded.set(name, v); }, value);
    }
    std::size_t offset = 0;
    for (std::uint32_t i = 0; i < parts[2].via.array.size; ++i) {
      TensorView tensor = tensor_of(parts[2].via.array.ptr[i], payload, offset);
      if (decoded.has(tensor.name)) throw ProtocolError("tensor " + quote(tensor.name) + " comes twice");
      decoded.add_view(tensor.name, tensor.dtype, std::move(tensor.shape), tensor.bytes);
    }
    if (offset != payload.size()) throw ProtocolError("bytes follow the last tensor");
    out = std::move(decoded);
  } catch (const msgpack::unpack_error& error) {
    throw ProtocolError(std::string("a header is not MessagePack of the allowed size: ") + error.what());
  }
}

std::size_t payload_bytes(const Message& message) {
  std::size_t total = 0;
  for (const TensorView& tensor : message.tensors()) total += padded(tensor.bytes.size());
  return total;
}

void encode_header(const Message& message, std::vector<std::byte>& out) {
  out.resize(frame_prefix_bytes);
  ByteSink sink{out};
  msgpack::packer<ByteSink> pack(sink);
  const auto pack_text = [&pack](std::string_view text) {
    pack.pack_str(static_cast<std::uint32_t>(text.size()));
    pack.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
  };
  pack.pack_array(3);
  pack_text(message.kind());
  pack.pack_map(static_cast<std::uint32_t>(message.scalars().size()));
  for (const auto& [name, value] : message.scalars()) {
    pack_text(name);
    if (const auto* text = std::get_if<std::string>(&value)) pack_text(*text);
    if (const auto* flag = std::get_if<bool>(&value)) pack.pack(*flag);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) pack.pack_int64(*integer);
    if (const auto* real = std::get_if<double>(&value)) pack_real(sink, *real);
  }
  pack.pack_array(static_cast<std::uint32_t>(message.tensors().size()));
  for (const TensorView& tensor : message.tensors()) {
    pack.pack_array(3);
    pack_text(tensor.name);
    pack.pack_uint8(static_cast<std::uint8_t>(tensor.dtype));
    pack.pack_array(static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::int64_t extent : tensor.shape) pack.pack_int64(extent);
  }
  std::memcpy(out.data(), magic.data(), magic.size());
  store_at(out, 4, static_cast<std::uint32_t>(out.size() - frame_prefix_bytes));
  store_at(out, 8, static_cast<std::uint64_t>(payload_bytes(message)));
}

std::string encode(const Message& message) {
  std::vector<std::byte> header;
  encode_header(message, header);
  std::string bytes(reinterpret_cast<const char*>(header.data()), header.size());
  for (const TensorView& tensor : message.tensors()) {
    bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    bytes.append(padded(tensor.bytes.size()) - tensor.bytes.size(), '\0');
  }
  return bytes;
}

StoredMessage::StoredMessage(std::string_view bytes) {
  const auto all = std::as_bytes(std::span(bytes.data(), bytes.size()));
  if (all.size() < frame_prefix_bytes) throw ProtocolError("shorter than the prefix of a frame");
  const FrameSizes sizes = decode_prefix(all.first(frame_prefix_bytes), all.size());
  if (frame_prefix_bytes + sizes.total() != all.size()) throw ProtocolError("is not exactly one frame");
  storage_.resize(sizes.payload / 8);
  if (sizes.payload > 0)
    std::memcpy(storage_.data(), all.data() + frame_prefix_bytes + sizes.header, sizes.payload);
  decode_frame(all.subspan(frame_prefix_bytes, sizes.header), std::as_bytes(std::span(storage_)), message_);
}

}  // namespace mls
