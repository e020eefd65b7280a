// task: ml-calibration
// route: timing
// tries: to wait instead of computing, and so to hold the judge
// expect: timeout

#include <poll.h>
#include <unistd.h>

#include "shared/calibration.hpp"

void attack::begin() {
  for (;;) sleep(1000);
}
