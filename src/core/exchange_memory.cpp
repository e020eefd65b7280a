#include "core/exchange_memory.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace mls {

ExchangeMemory::ExchangeMemory(int descriptor, Side side) : side_(side) {
  struct stat info{};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_size != static_cast<off_t>(file_bytes))
    return;
  void* const memory = ::mmap(nullptr, file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) return;
  ::close(descriptor);
  memory_ = static_cast<float*>(memory);
}

ExchangeMemory::~ExchangeMemory() {
  if (memory_ != nullptr) ::munmap(memory_, file_bytes);
}

ExchangeMemory::ExchangeMemory(ExchangeMemory&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), side_(other.side_) {}

ExchangeMemory& ExchangeMemory::operator=(ExchangeMemory&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(side_, other.side_);
  return *this;
}

std::span<float> ExchangeMemory::half(bool of_host) const {
  constexpr std::size_t floats = file_bytes / 2 / sizeof(float);
  if (memory_ == nullptr) return {};
  return {memory_ + (of_host ? floats : 0), floats};
}

}  // namespace mls
