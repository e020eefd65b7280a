// core/message.hpp: decodes any frame, and encodes what it decoded to a frame that says the same.
#include "core/message.hpp"

#include <algorithm>
#include <cmath>

#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {
namespace {

bool same(const Scalar& a, const Scalar& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x != nullptr && y != nullptr && std::isnan(*x)) return std::isnan(*y);
  return a == b;
}

void check_same(const Message& a, const Message& b) {
  require(a.kind() == b.kind() && a.scalars().size() == b.scalars().size() &&
              a.tensors().size() == b.tensors().size(),
          "a message is read back");
  for (std::size_t i = 0; i < a.scalars().size(); ++i) {
    require(a.scalars()[i].first == b.scalars()[i].first, "a field's name is read back");
    require(same(a.scalars()[i].second, b.scalars()[i].second), "a field is read back");
  }
  for (std::size_t i = 0; i < a.tensors().size(); ++i) {
    const TensorView& x = a.tensors()[i];
    const TensorView& y = b.tensors()[i];
    require(x.name == y.name && x.dtype == y.dtype && x.shape == y.shape, "a tensor's head is read back");
    require(std::ranges::equal(x.bytes, y.bytes), "a tensor is read back");
  }
}

/// What a task does with a message; all of it may refuse.
void ask(const Message& message) {
  for (const TensorView& tensor : message.tensors()) {
    std::size_t count = 1;
    for (const std::int64_t extent : tensor.shape) count *= static_cast<std::size_t>(extent);
    require(tensor.bytes.size() == count * size_of(tensor.dtype), "a tensor holds as much as its shape says");
    require(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % 8 == 0, "a tensor is aligned");
    try {
      (void)message.values<double>(tensor.name, tensor.shape);
    } catch (const ProtocolError&) {
    }
    try {
      (void)message.values<float>(tensor.name, tensor.shape);
    } catch (const ProtocolError&) {
    }
  }
  for (const auto& [name, value] : message.scalars()) {
    require(message.has(name), "a field is found");
    try {
      (void)message.real(name);
    } catch (const ProtocolError&) {
    }
  }
}

}  // namespace

void read_message(std::string_view bytes) {
  try {
    const StoredMessage message(bytes);
    ask(message.get());
    const StoredMessage again(encode(message.get()));
    check_same(message.get(), again.get());
  } catch (const ProtocolError&) {
  }
}

}  // namespace mls::fuzz
