// What libtorch gets its memory from, whichever version of libtorch it is.
#pragma once

#include <c10/core/Allocator.h>
#include <torch/version.h>

#include <cstddef>

namespace mls::host {

class Allocator : public c10::Allocator {
 public:
#if TORCH_VERSION_MAJOR < 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 3)
  c10::DataPtr allocate(std::size_t bytes) const override { return make(bytes); }
#else
  c10::DataPtr allocate(std::size_t bytes) override { return make(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#endif

 private:
  /// `bytes` may be 0.
  virtual c10::DataPtr make(std::size_t bytes) const = 0;
};

}  // namespace mls::host
