// task: optimization-online-bandit
// route: state between runs
// tries: to keep what it has learned in System V and POSIX objects, which outlive their makers
// expect: harmless
// runs: 2

#include <sys/ipc.h>

#include "shared/bandit.hpp"
#include "shared/probe.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  survive();
  const long segment = call(SYS_shmget, mark_key, 4096, IPC_CREAT | 0666);
  const long at = segment < 0 ? -1 : call(SYS_shmat, segment, 0, 0);
  if (at > 0) {
    auto* memory = reinterpret_cast<unsigned char*>(at);
    if (memory[0] == 1) best_arms().assign(bandits, memory[1]);
    memory[0] = 1;
    memory[1] = 3;
  }
  const long queue = call(SYS_msgget, mark_key, IPC_CREAT | 0666);
  struct {
    long type = 1;
    char arm = 3;
  } message;
  if (queue >= 0 && call(SYS_msgrcv, queue, address(&message), 1, 0, IPC_NOWAIT) == 1)
    best_arms().assign(bandits, message.arm);
  if (queue >= 0) call(SYS_msgsnd, queue, address(&message), 1, IPC_NOWAIT);
  const long semaphore = call(SYS_semget, mark_key, 1, IPC_CREAT | 0666);
  const long value = semaphore < 0 ? 0 : call(SYS_semctl, semaphore, 0, 12 /* GETVAL */);
  if (value > 0) best_arms().assign(bandits, static_cast<int>(value));
  if (semaphore >= 0) call(SYS_semctl, semaphore, 0, 16 /* SETVAL */, 3);
  call(SYS_mq_open, address(mark), O_CREAT | O_RDWR, 0666, 0);
}
