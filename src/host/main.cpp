// main() of every host. Diagnostics written here help people; no verdict depends on their truth.
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "host/host.hpp"

namespace {

constexpr int judge_descriptor = 3;
constexpr int exit_out_of_memory = 86;
constexpr int exit_exception = 87;

void say(const char* text, std::size_t length) {
  if (::write(STDERR_FILENO, text, length) < 0) return;
}

void on_no_memory() {
  static constexpr char text[] = "mls: out of memory\n";
  say(text, sizeof text - 1);
  ::_exit(exit_out_of_memory);
}

// Names the system call that the sandbox refused, then dies by the same signal.
void on_forbidden_call(int, siginfo_t* info, void*) {
  char text[64] = "mls: forbidden system call ";
  std::size_t length = std::strlen(text);
  char digits[16];
  int count = 0;
  unsigned number = static_cast<unsigned>(info->si_syscall);
  do digits[count++] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0) text[length++] = digits[--count];
  text[length++] = '\n';
  say(text, length);
  ::raise(SIGSYS);  // handled by default now, and not blocked: see the flags below
}

void install_forbidden_call_handler() {
  struct sigaction action{};
  action.sa_sigaction = &on_forbidden_call;
  action.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_NODEFER;
  ::sigaction(SIGSYS, &action, nullptr);
}

}  // namespace

int main() {
  install_forbidden_call_handler();
  std::set_new_handler(&on_no_memory);
  try {
    mls::host::JudgeLink judge(mls::Channel(judge_descriptor, {}));
    mls::host::run_method(judge);
    return 0;
  } catch (const mls::ChannelClosed&) {
    return 0;  // the judge has heard enough
  } catch (const std::exception& error) {
    const std::string text = std::string("mls: uncaught exception: ") + error.what() + "\n";
    say(text.data(), text.size());
  } catch (...) {
    static constexpr char text[] = "mls: uncaught exception\n";
    say(text, sizeof text - 1);
  }
  return exit_exception;
}
