// Tensors in the memory that the host shares with its judge, so that handing one over takes no copy.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/exchange_memory.hpp"
#include "core/free_blocks.hpp"
#include "host/torch/allocator.hpp"

namespace mls::host {

/// Puts libtorch's large tensors into this side's half of the memory while there is room, all others where
/// they were put before.
class SharedTensors final : public Allocator {
 public:
  /// From now on and until the process ends; once.
  static SharedTensors& install();

  [[nodiscard]] const ExchangeMemory& memory() const { return memory_; }
  /// Where in the half these floats begin, if they lie in it.
  [[nodiscard]] std::optional<std::size_t> place_of(std::span<const float> floats) const;

  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }

 private:
  SharedTensors();
  c10::DataPtr make(std::size_t bytes) const override;

  c10::Allocator* others_;
  ExchangeMemory memory_;
  mutable FreeBlocks blocks_;  // libtorch allocates through a const interface
};

}  // namespace mls::host
