// task: ml-calibration
// route: protocol
// tries: to read nothing, so that the judge blocks while it sends
// expect: timeout

#include "shared/wire.hpp"

void attack::converse(mls::Channel&) {
  for (;;) sleep(1);
}
