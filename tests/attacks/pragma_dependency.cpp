// task: optimization-online-bandit
// route: compile-time leaks
// tries: to learn whether and when files of the machine were written, by the compiler's warnings
// expect: compile_error
// message: file not found

#include "surface.hpp"

#pragma GCC dependency "/etc/passwd"
