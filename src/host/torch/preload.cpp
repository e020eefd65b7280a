// Initialises libtorch in the zygote: one thread, deterministic algorithms, pinned code paths, and an
// allocator that runs out of memory as `new` does.
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <stdexcept>

#include "host/torch/allocator.hpp"
#include "host/torch/prelude.hpp"
#include "sandbox/zygote.hpp"

namespace {

void release(void* memory) { std::free(memory); }

/// libtorch's own throws where the host's new_handler would say what has happened and end the process.
class Allocator final : public mls::host::Allocator {
 public:
  c10::DeleterFnPtr raw_deleter() const override { return &release; }

 private:
  c10::DataPtr make(std::size_t bytes) const override {
    constexpr std::size_t alignment = 64;
    void* memory = nullptr;
    while (bytes > 0 && ::posix_memalign(&memory, alignment, bytes) != 0) {
      const std::new_handler handler = std::get_new_handler();
      if (handler == nullptr) throw std::bad_alloc();
      handler();
    }
    return {memory, memory, &release, c10::Device(c10::DeviceType::CPU)};
  }
};

/// What every run would otherwise initialise: dispatch, kernels, the matrix library. Not the backward pass:
/// it must be the first of its process that decides about threads.
void warm_up() {
  const at::NoGradGuard no_grad;
  const torch::Tensor x = torch::ones({8, 8});
  const torch::Tensor y = torch::matmul(x, x).add_(x).relu();
  const torch::Tensor image = torch::ones({1, 2, 8, 8});
  const torch::Tensor z = torch::conv2d(image, torch::ones({2, 2, 3, 3}));
  (void)(y.sum() + z.sum()).item<float>();
}

/// What a step of a training frees, the next one wants again: returned to the system, it would come back page
/// by page.
void keep_freed_memory() {
  constexpr int largest_threshold = 32 << 20;  // more is refused
  ::mallopt(M_MMAP_THRESHOLD, largest_threshold);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace

void mls::sandbox::preload() {
  keep_freed_memory();
  static Allocator allocator;
  c10::SetAllocator(c10::DeviceType::CPU, &allocator, 1);
  // Set by the environment: asking libtorch here would make it look for /proc/cpuinfo, which there is not.
  if (at::get_num_threads() != 1) throw std::runtime_error("libtorch runs more than one thread");
  at::set_num_interop_threads(1);
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setFlushDenormal(true);
  at::manual_seed(0);
  warm_up();
}

/// oneDNN compiles its kernels as they are wanted, which a method's filter forbids: it would die of
/// torch::gelu or a convolution. libtorch has others.
void mls::sandbox::begin_run(bool may_make_code) { at::globalContext().setUserEnabledMkldnn(may_make_code); }
