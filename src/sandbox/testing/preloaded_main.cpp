// What zygote_test runs in forks of its zygote: a shared object of which each word does one thing.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "sandbox/testing/preloaded.hpp"

namespace {

using namespace mls::sandbox::testing;
using Action = int (*)(const char* argument);

const int runs_at_load = runs;

int exit_with(const char* code) { return std::atoi(code); }

int tell_state(const char*) {
  ++visits;
  std::printf("%d preloads, %d runs, %d when loaded, %d visits\n", preloads, runs, runs_at_load, visits);
  return 0;
}

int tell_addresses(const char*) {
  int on_stack = 0;
  const auto on_heap = std::make_unique<int>();
  std::printf("%p %p %p %p\n", static_cast<void*>(&on_stack), static_cast<void*>(on_heap.get()),
              static_cast<void*>(&preloads), reinterpret_cast<void*>(&tell_addresses));
  return 0;
}

int tell_descriptors(const char*) {
  struct stat ignored{};
  for (int fd = 0; fd < 1024; ++fd) {
    if (fstat(fd, &ignored) == 0) std::printf("%d ", fd);
  }
  return 0;
}

int answer_backwards(const char*) {
  char word[5];
  if (read(3, word, sizeof word) != sizeof word) return 1;
  std::reverse(std::begin(word), std::end(word));
  return write(3, word, sizeof word) == sizeof word ? 0 : 1;
}

int open_for(const char* path, int flags) {
  if (open(path, flags, 0600) >= 0) return 0;
  std::printf("%s\n", std::strerror(errno));
  return 1;
}
int read_file(const char* path) { return open_for(path, O_RDONLY); }
int make_file(const char* path) { return open_for(path, O_WRONLY | O_CREAT); }

int start_process(const char*) { return fork() < 0 ? 1 : 0; }

int execute(const char* path) { return execl(path, path, nullptr); }

int spin(const char*) {
  while (true) asm volatile("");
}

int take_memory(const char*) {
  std::vector<std::string> blocks;
  try {
    while (true) blocks.emplace_back(std::size_t{1} << 20, 'x');
  } catch (const std::bad_alloc&) {
    (void)!write(STDERR_FILENO, "mls: out of memory\n", 19);
  }
  return 86;
}

int flood(const char*) {
  while (std::puts("all work and no play") >= 0) {
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, Action> actions = {{"exit", exit_with},
                                                 {"state", tell_state},
                                                 {"addresses", tell_addresses},
                                                 {"descriptors", tell_descriptors},
                                                 {"answer", answer_backwards},
                                                 {"read", read_file},
                                                 {"make", make_file},
                                                 {"fork", start_process},
                                                 {"execute", execute},
                                                 {"spin", spin},
                                                 {"memory", take_memory},
                                                 {"flood", flood},
                                                 {"abort", [](const char*) -> int { std::abort(); }}};
  return actions.at(argc > 1 ? argv[1] : "")(argc > 2 ? argv[2] : "");
}
