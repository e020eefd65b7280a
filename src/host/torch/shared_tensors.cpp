#include "host/torch/shared_tensors.hpp"

#include <torch/types.h>

#include <functional>

namespace mls::host {
namespace {

/// Smaller ones are copied in no time.
constexpr std::size_t least_bytes = std::size_t{16} << 10;

/// What a tensor's memory is released by.
struct Lent {
  FreeBlocks* blocks;
  Stretch block;
};

void give_back(void* context) {
  const auto* const lent = static_cast<Lent*>(context);
  lent->blocks->give_back(lent->block);
  delete lent;  // libtorch's interface is a pointer and a function
}

}  // namespace

SharedTensors& SharedTensors::install() {
  // Tensors may live as long as the process: never destroyed.
  static SharedTensors* const shared = [] {
    auto* const made = new SharedTensors();
    if (made->memory().exists()) c10::SetAllocator(c10::DeviceType::CPU, made, 1);
    return made;
  }();
  return *shared;
}

SharedTensors::SharedTensors()
    : others_(c10::GetAllocator(c10::DeviceType::CPU)),
      memory_(ExchangeMemory::host_descriptor, ExchangeMemory::Side::host),
      blocks_({ExchangeMemory::passing_floats, memory_.outgoing().size()}) {}

std::optional<std::size_t> SharedTensors::place_of(std::span<const float> floats) const {
  const std::span<const float> half = memory_.outgoing();
  const std::less_equal<const float*> before;  // of pointers into different memory, too
  if (half.empty() || !before(half.data(), floats.data()) ||
      !before(floats.data() + floats.size(), half.data() + half.size()))
    return std::nullopt;
  return floats.data() - half.data();
}

c10::DataPtr SharedTensors::make(std::size_t bytes) const {
  if (bytes >= least_bytes) {
    const std::size_t floats = (bytes + sizeof(float) - 1) / sizeof(float);
    if (const std::optional<Stretch> block = blocks_.take(floats)) {
      auto* const lent = new Lent{&blocks_, *block};
      return {&memory_.outgoing()[block->begin], lent, &give_back, c10::Device(c10::DeviceType::CPU)};
    }
  }
  return others_->allocate(bytes);
}

}  // namespace mls::host
