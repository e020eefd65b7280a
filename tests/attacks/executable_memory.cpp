// task: optimization-online-bandit
// route: escaping
// tries: to make memory executable, or to be loaded with a segment that is, and to call the kernel from code
// it writes there
// expect: harmless

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

extern "C" char attack_code[];
asm(R"(
.section .attack,"awxR",@progbits
.globl attack_code
attack_code: .fill 4096, 1, 0xc3
.text
)");

void attack::begin(const mls::Info& info, mls::Rng&) {
  survive();
  const long at =
      call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  call(SYS_mprotect, address(attack_code) & ~4095L, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  call(SYS_pkey_mprotect, address(attack_code) & ~4095L, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, -1);
  // mov eax, edi; syscall; ret with the path in rdi is no more than the filter allows, wherever it lies.
  constexpr unsigned char code[] = {0xb8, 0x02, 0, 0, 0, 0x31, 0xf6, 0x0f, 0x05, 0xc3};
  char* place = at > 0 ? reinterpret_cast<char*>(at) : attack_code;
  std::memcpy(place, code, sizeof code);
  const long fd = reinterpret_cast<long (*)(const char*)>(place)("/artefact.mls");
  if (fd >= 0) examine("", info);
}
