// task: optimization-online-bandit
// route: faults that look like ours
// tries: to fail with a message that is no UTF-8 and drives the terminal, so that the harness cannot store
// or show it
// expect: crash
// message: \xff\xfe\x1b[2J

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  throw std::runtime_error("\xff\xfe\x1b[2J\xe2\x80\xae\xc0\xaf");
}
