// task: ml-calibration
// route: forged results
// tries: to print results as the program prints them, on stdout and stderr, and to end with success
// expect: protocol_violation
// message: exited (code 0)

#include <cstdio>

#include "shared/calibration.hpp"

void attack::begin() {
  for (std::FILE* stream : {stdout, stderr}) {
    std::fputs(
        "{\"status\":\"ok\",\"metrics\":{\"nll\":0.0,\"brier\":0.0,\"cw_ece\":0.0}}\nall runs ok, score "
        "100.0\nPASSED\n",
        stream);
    std::fflush(stream);
  }
  std::exit(0);
}
