// Memory that a judge and one of its hosts both see, for floats too many to be sent quickly over a socket: a
// half for each direction. Which protocols use it, and how: docs/wire-format.md.
//
// The other side may change any of it at any time, so a judge copies what it was sent, once, and then checks
// its copy.
#pragma once

#include <cstddef>
#include <span>

namespace mls {

class ExchangeMemory {
 public:
  enum class Side { judge, host };

  /// Length of the file: a half for what the judge writes, then one for what the host writes. Memory costs
  /// what of it is used.
  static constexpr std::size_t file_bytes = std::size_t{96} << 20;
  /// The beginning of each half, for floats that the sender's next message may overwrite. What lies behind is
  /// the sender's to divide into blocks, for floats that stay.
  static constexpr std::size_t passing_floats = (std::size_t{16} << 20) / sizeof(float);
  static constexpr int host_descriptor = 4;
  /// Of a run's first host; those of further ones follow. Each has a memory of its own.
  static constexpr int first_judge_descriptor = 16;

  /// None.
  ExchangeMemory() = default;
  /// Maps the memory behind the descriptor and closes it. None where there is no such memory.
  ExchangeMemory(int descriptor, Side side);
  ~ExchangeMemory();
  ExchangeMemory(ExchangeMemory&& other) noexcept;
  ExchangeMemory& operator=(ExchangeMemory&& other) noexcept;
  ExchangeMemory(const ExchangeMemory&) = delete;
  ExchangeMemory& operator=(const ExchangeMemory&) = delete;

  [[nodiscard]] bool exists() const { return memory_ != nullptr; }
  /// To be written by this side; empty where there is none.
  [[nodiscard]] std::span<float> outgoing() const { return half(side_ == Side::host); }
  /// Written by the other side.
  [[nodiscard]] std::span<const float> incoming() const { return half(side_ == Side::judge); }

 private:
  [[nodiscard]] std::span<float> half(bool of_host) const;

  float* memory_ = nullptr;
  Side side_ = Side::judge;
};

}  // namespace mls
