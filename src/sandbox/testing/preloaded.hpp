// Between what zygote_test preloads (preload.cpp) and the program that runs on it (preloaded_main.cpp):
// variables of the zygote.
#pragma once

namespace mls::sandbox::testing {

extern int preloads;  ///< how often preload() was called in this process or those it was forked from
extern int runs;      ///< how often begin_run() was
extern int visits;    ///< how often the program's main was

}  // namespace mls::sandbox::testing
