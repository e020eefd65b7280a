// task: ml-calibration
// route: protocol
// tries: to shut half of the conversation, so that the judge writes into nothing
// expect: protocol_violation

#include <sys/socket.h>

#include "shared/calibration.hpp"
#include "shared/probe.hpp"

void attack::begin() {
  survive();
  call(SYS_shutdown, 3, SHUT_RD);
  call(SYS_close, 3);
  _exit(0);
}
