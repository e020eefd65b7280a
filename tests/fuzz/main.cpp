// The program that fuzzes: libFuzzer over one target, `mls-fuzz --target=NAME [libFuzzer's options]
// [folders]`. Started by run.sh.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/targets.hpp"

namespace {

const mls::fuzz::Target*& chosen() {
  static const mls::fuzz::Target* target = nullptr;
  return target;
}

[[noreturn]] void explain() {
  std::fputs("usage: mls-fuzz --target=NAME [options of libFuzzer] [folders]\ntargets:", stderr);
  for (const mls::fuzz::Target& target : mls::fuzz::targets())
    std::fprintf(stderr, " %s", target.name.data());
  std::fputc('\n', stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view option = "--target=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.starts_with(option)) chosen() = mls::fuzz::find_target(argument.substr(option.size()));
  }
  if (chosen() == nullptr) explain();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen()->read({reinterpret_cast<const char*>(data), size});
  return 0;
}
