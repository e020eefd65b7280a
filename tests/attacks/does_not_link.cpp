// task: ml-calibration
// route: compile-time leaks
// tries: to call the judge's functions
// expect: compile_error
// message: undefined symbol

#include "shared/calibration.hpp"

namespace mls::metrics {
double negative_log_likelihood(const void* forecast);
}

void attack::begin() { (void)mls::metrics::negative_log_likelihood(nullptr); }
